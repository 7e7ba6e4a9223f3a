"""What may be typed about an item of a checklist, and about the rules of a year?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kansa.apps.controls.actions import ItemEdit
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import REPORT_TEXTS, StatedRules, texts_stamp
from kansa.formats.readers.settings import BY_KEY, Setting
from kansa.formats.tables import CellFault
from kansa.formats.tables.kinds import PROSE

CHANGE_WORDS = (
    ("revised", gettext_lazy("見直し：確認する内容が変わる")),
    ("editorial", gettext_lazy("字句修正：誤字の修正など、意味は変わらない")),
    ("carried", gettext_lazy("継続：前年度から変更がない")),
)
WORDS = ("code", "domain_ja", "text_ja", "criteria_ja")
ANSWERING = ("answer_kind", "levels_ja", "met_from", "asked_of")
KIND_WORDS = (
    ("yes_no", gettext_lazy("はい・いいえ・該当なしから選ぶ")),
    ("scale", gettext_lazy("段階から選ぶ（該当なしも選べる）")),
    ("comment", gettext_lazy("自由に書く（遵守率の計算には入らない）")),
)
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

    answer_kind = forms.ChoiceField(
        label=gettext_lazy("回答の種類"),
        choices=KIND_WORDS,
        initial="yes_no",
        widget=forms.RadioSelect,
    )
    levels_ja = forms.CharField(
        label=gettext_lazy("段階の名称"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("「段階」のときだけ。一行に一つ、最も低い段階から順に２〜７個。"),
    )
    met_from = forms.IntegerField(
        label=gettext_lazy("遵守とする段階"),
        min_value=1,
        max_value=7,
        required=False,
        help_text=gettext_lazy(
            "何段階目から「はい」と同じに数えるか。空欄なら、分布だけを示し、遵守率の計算には入れません。"
        ),
    )
    asked_of = line(
        gettext_lazy("対象の職種"),
        200,
        gettext_lazy("尋ねる職種を「、」で区切ります（職員名簿の「職種」の言葉）。空欄なら全員に尋ねます。"),
    )

    def __init__(self, *arguments: Any, stream: str, item: ControlItem | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if item is not None:
            del self.fields["code"]
        if item is None or item.lineage == "added":
            del self.fields["change"]
        if stream != "internal_audit":
            del self.fields["same_as_code"]
        if stream != "self_inspection":
            for name in ANSWERING:
                del self.fields[name]

    def edit(self) -> ItemEdit:
        """What was typed."""
        return ItemEdit(**{**self.cleaned_data, "place": self.cleaned_data.get("place") or 0})


def first_values(item: ControlItem, place: int) -> dict[str, object]:
    """The form of an item as it stands."""
    values: dict[str, object] = {name: getattr(item, name) for name in (*WORDS[1:], *REFERENCES)}
    values |= {name: getattr(item, name) for name in ANSWERING}
    values |= {"met_from": item.met_from or None, "place": place}
    return {**values, "change": "editorial" if item.is_editorial else item.lineage}


# The rules in the groups of the page, in the order in which an office decides them.
RULE_GROUPS = (
    ("judging", gettext_lazy("判定と合格点"), ("judging_mode", "conforms_from", "pass_mark", "full_mark")),
    (
        "auditors",
        gettext_lazy("監査員"),
        ("training_required", "former_post_years", "former_post_rule", "mutual_audit_rule", "systems_ja"),
    ),
    ("improvement", gettext_lazy("改善の期限"), ("due_soon_days", "head_after_days", "top_after_days")),
    (
        "rotation",
        gettext_lazy("監査の一巡"),
        ("rotation_first_year", "rotation_length", "external_counts_for_rotation"),
    ),
    (
        "report",
        gettext_lazy("報告書の数値と文章"),
        (
            *("headline_mean", "mean_places", "rate_places", "effect_places", "small_cell_k", "open_rate"),
            *("wording_version", "text_length"),
        ),
    ),
)
RULE_KEYS = tuple(key for _code, _title, keys in RULE_GROUPS for key in keys)
FEWEST_LEVELS = 4  # the usual scale runs from 0 to 4; a higher one needs a higher full mark
HIGHEST_LEVEL = 9


def highest_level(stated: StatedRules) -> int:
    """The highest level that the form has fields for."""
    return min(HIGHEST_LEVEL, max(FEWEST_LEVELS, math.ceil(Fraction(stated.rules["full_mark"])), *stated.levels))


def rule_field(setting: Setting) -> forms.Field:
    """The field of one rule; what may be typed is what a file may say."""
    texts = {"label": setting.name_ja, "help_text": setting.explanation_ja}
    words = setting.column.words
    if words is not None:
        return forms.ChoiceField(choices=[(word, word) for word in words.choices_ja()], **texts)  # type: ignore[arg-type]
    if setting.kind is PROSE:
        return prose(setting.name_ja, setting.explanation_ja)
    return forms.CharField(max_length=20, **texts)  # type: ignore[arg-type]


class RulesForm(forms.Form):
    """All rules of a year and its judging scale; fields are named by the keys of the rules."""

    stamp = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *arguments: Any, stated: StatedRules, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.levels = range(highest_level(stated), -1, -1)
        self.initial = {"stamp": stated.stamp, **self.initial}
        for key in RULE_KEYS:
            self.fields[key] = rule_field(BY_KEY[key])
            self.initial[key] = BY_KEY[key].shown(stated.rules[key])
        for level in self.levels:
            label, criterion = stated.levels.get(level, ("", ""))
            self.fields[f"label_{level}"] = line(f"レベル{level}", 60)
            self.fields[f"criterion_{level}"] = prose(f"レベル{level}の基準")
            self.fields[f"criterion_{level}"].widget.attrs["rows"] = 2
            self.initial |= {f"label_{level}": label, f"criterion_{level}": criterion}

    def clean(self) -> dict[str, Any]:
        """Every rule in canonical words."""
        cleaned: dict[str, Any] = super().clean() or {}
        for key in RULE_KEYS:
            if key in cleaned:
                try:
                    cleaned[key] = BY_KEY[key].value_of(cleaned[key])
                except CellFault as fault:
                    self.add_error(key, fault.reason_ja)
        return cleaned

    def rules(self) -> dict[str, str]:
        """Key -> canonical text."""
        return {key: self.cleaned_data[key] for key in RULE_KEYS}

    def scale(self) -> dict[int, tuple[str, str]]:
        """Level -> label and criterion; a level without words is none."""
        words = {
            level: (self.cleaned_data[f"label_{level}"], self.cleaned_data[f"criterion_{level}"].replace("\r\n", "\n"))
            for level in self.levels
        }
        return {level: texts for level, texts in words.items() if any(texts)}

    def groups(self) -> Iterator[tuple[str, object, list[forms.BoundField]]]:
        """The fields of the rules by group."""
        for code, title, keys in RULE_GROUPS:
            yield code, title, [self[key] for key in keys]

    def scale_fields(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The fields of the scale, the highest level first."""
        return [(level, self[f"label_{level}"], self[f"criterion_{level}"]) for level in self.levels]


class TextsForm(forms.Form):
    """What the report of a year says about itself; fields are named by the keys of the settings."""

    stamp = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *arguments: Any, texts: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.initial = {"stamp": texts_stamp(texts), **self.initial}
        for key in REPORT_TEXTS:
            setting = BY_KEY[key]
            if setting.kind is PROSE:
                self.fields[key] = prose(setting.name_ja, setting.explanation_ja)
            else:
                example = f"{setting.explanation_ja}（例：{setting.example_ja}）"
                self.fields[key] = line(setting.name_ja, 200, example)
            self.initial[key] = setting.shown(texts.get(key, ""))

    def clean(self) -> dict[str, Any]:
        """Every text in canonical words; a day may be typed in any usual way."""
        cleaned: dict[str, Any] = super().clean() or {}
        for key in REPORT_TEXTS:
            if cleaned.get(key):
                try:
                    cleaned[key] = BY_KEY[key].value_of(cleaned[key])
                except CellFault as fault:
                    self.add_error(key, fault.reason_ja)
        return cleaned

    def texts(self) -> dict[str, str]:
        """Key -> canonical text, "" for none."""
        return {key: self.cleaned_data[key] for key in REPORT_TEXTS}
