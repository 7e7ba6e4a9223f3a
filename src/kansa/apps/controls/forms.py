"""What may be typed about an item of a checklist?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kansa.apps.controls.actions import ItemEdit
from kansa.apps.controls.models import ControlItem

CHANGE_WORDS = (
    ("revised", gettext_lazy("見直し：確認する内容が変わる")),
    ("editorial", gettext_lazy("字句修正：誤字の修正など、意味は変わらない")),
    ("carried", gettext_lazy("継続：前年度から変更がない")),
)
WORDS = ("code", "domain_ja", "text_ja", "criteria_ja")
REFERENCES = ("policy_clause", "mic_number", "jis_number", "law_ja", "edition_ja", "same_as_code")


def line(label: Any, length: int, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    """A text of one line."""
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=required)


def prose(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=4000, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": 4})
    )


class ItemForm(forms.Form):
    """An item: its words, its relation to last year, where it comes from, and its place in the list."""

    code = line(gettext_lazy("項目コード"), 40, gettext_lazy("その年度・区分の中で一つだけのコード。"), required=True)
    domain_ja = line(gettext_lazy("領域"), 120, gettext_lazy("項目を束ねる領域の名称。"), required=True)
    text_ja = prose(gettext_lazy("項目"), gettext_lazy("監査項目・点検項目の本文。"), required=True)
    criteria_ja = prose(gettext_lazy("着眼点"), gettext_lazy("何を見て判定するか。"))
    change = forms.ChoiceField(
        label=gettext_lazy("前年度との関係"),
        choices=CHANGE_WORDS,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("文言を変えたときに選びます。前年度と同じ文言に戻すと「継続」になります。"),
    )
    place = forms.IntegerField(
        label=gettext_lazy("順番"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=gettext_lazy("上から何番目に置くか。空欄なら今の場所（加えるときは最後）。"),
    )
    policy_clause = line(gettext_lazy("ポリシー条項"), 200)
    mic_number = line(gettext_lazy("総務省ガイドライン番号"), 200)
    jis_number = line(gettext_lazy("JIS Q 27002番号"), 200)
    law_ja = line(gettext_lazy("関係法令"), 300)
    edition_ja = line(gettext_lazy("版"), 120, gettext_lazy("番号を引いた資料の版。"))
    same_as_code = line(
        gettext_lazy("外部監査の同一項目"), 40, gettext_lazy("外部監査の項目と同じとき、その項目コード。")
    )

    def __init__(self, *arguments: Any, stream: str, item: ControlItem | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if item is not None:
            del self.fields["code"]
        if item is None or item.lineage == "added":
            del self.fields["change"]
        if stream != "internal_audit":
            del self.fields["same_as_code"]

    def edit(self) -> ItemEdit:
        """What was typed."""
        return ItemEdit(**{**self.cleaned_data, "place": self.cleaned_data.get("place") or 0})


def first_values(item: ControlItem, place: int) -> dict[str, object]:
    """The form of an item as it stands."""
    values: dict[str, object] = {name: getattr(item, name) for name in (*WORDS[1:], *REFERENCES)}
    return {**values, "place": place, "change": "editorial" if item.is_editorial else item.lineage}
