"""What may be typed about advisories, keys, inventories, firms' tables and zones?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.diagnosis.actions import UploadFacts, ZoneFacts
from kansa.apps.diagnosis.forms.general import UploadForm, day_field, line_field, noon
from kansa.apps.diagnosis.models import NetworkZone
from kansa.apps.plan.models import Engagement
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.ssvc import EXPOSURE_JA
from kansa.formats.advisories.releases import KNOWN
from kansa.formats.scans.vendor_table import FIELDS_JA, VendorMapping

OUTCOME_MEANINGS_JA = {
    "open": "検出（残っている）",
    "fixed": "対応済み",
    "not_affected": "影響なし・対象外",
    "passed": "問題なし",
    "information": "参考情報",
    "undecided": "判断できない",
}


class ManyFilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or several files."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file, checked as a single one is."""
        files = data if isinstance(data, list) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in files or [None]]


class InventoryForm(UploadForm):
    """Inventories of hosts, and what they cannot say themselves."""

    chosen = ManyFilesField(
        label=gettext_lazy("インストール済みの一覧"),
        help_text=gettext_lazy("収集用のスクリプトの出力。いくつでも、又は zip にまとめて選べます。"),
    )
    mapping = None  # type: ignore[assignment]
    port_ranges = None  # type: ignore[assignment]
    is_partial = None  # type: ignore[assignment]

    def __init__(
        self, zones: Sequence[NetworkZone], engagements: Sequence[Engagement], *arguments: Any, **options: Any
    ) -> None:
        super().__init__(zones, engagements, (), *arguments, **options)
        self.fields["network_zone"].label = _("ホストのあるネットワーク領域")
        self.fields["network_zone"].help_text = ""
        self.fields["scanned_on"].label = _("収集した日")
        self.fields["scanned_on"].help_text = _("一覧に日時がないときだけ使います。")

    def facts(self) -> UploadFacts:
        """What was typed."""
        given = self.cleaned_data
        return UploadFacts(
            given["fiscal_year"],
            self._zones[given["network_zone"]],
            self._engagements.get(given["engagement"]),
            noon(given["scanned_on"]),
            kind="inventory",
        )


class StatedForm(forms.Form):
    """What one inventory does not say: whose it is and which system it was taken of."""

    asset_number = line_field(gettext_lazy("資産番号"), 60)
    host_name = line_field(gettext_lazy("ホスト名"), 100, gettext_lazy("資産番号かホスト名のどちらかが要ります。"))
    release = forms.ChoiceField(label=gettext_lazy("OS の種類と版"), required=False)

    def __init__(self, asked: dict[str, str], releases: Sequence[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.asked = asked
        self.fields["release"].choices = [("", _("選んでください")), *((one, one) for one in releases)]  # type: ignore[attr-defined]
        self.fields["release"].required = not asked["release"]
        if asked["release"]:
            del self.fields["release"]
        if asked["host_name"]:
            del self.fields["host_name"], self.fields["asset_number"]

    def clean(self) -> dict[str, str]:
        """A host has to be named."""
        given = super().clean() or {}
        if "host_name" in self.fields and not (given.get("host_name") or given.get("asset_number")):
            self.add_error("asset_number", _("資産番号かホスト名を入力してください。"))
        return given


class AdvisoryForm(forms.Form):
    """A bundle or a plain file of advisories."""

    chosen = forms.FileField(
        label=gettext_lazy("照合データ"),
        help_text=gettext_lazy("kansa advisories pack でまとめたファイル、又は入手したままのファイル。"),
    )
    release = forms.ChoiceField(
        label=gettext_lazy("OS の版"),
        required=False,
        help_text=gettext_lazy("Debian・Ubuntu の Packages だけを選んだときに要ります。"),
    )
    as_of = day_field(gettext_lazy("時点"), gettext_lazy("ファイルに日付がないときだけ使います。"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["release"].choices = [("", _("ファイルのとおり")), *((one, one) for one in KNOWN)]  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """The public part of a signing key, by a name that people know."""

    name = line_field(gettext_lazy("名前"), 60, gettext_lazy("例：情報政策課の収集用端末"), required=True)
    public_key = line_field(gettext_lazy("公開鍵"), 60, required=True)


class ZoneForm(forms.Form):
    """A network zone."""

    name_ja = line_field(gettext_lazy("名前"), 60, required=True)
    position = forms.IntegerField(label=gettext_lazy("並び順"), min_value=1, max_value=99)
    exposure = forms.ChoiceField(
        label=gettext_lazy("既定の露出"),
        choices=[(code, words) for code, words in EXPOSURE_JA.items()],
        initial="controlled",
        help_text=gettext_lazy("その領域の機器に、攻撃がどれほど届きやすいか。対応の優先度を提案するときに使います。"),
    )
    exposure_reason_ja = line_field(
        gettext_lazy("理由"), 300, gettext_lazy("「管理された」以外を選ぶときは、必ず書きます。")
    )

    def facts(self) -> ZoneFacts:
        """What was typed."""
        return ZoneFacts(**self.cleaned_data)


class MappingForm(forms.Form):
    """The columns of a firm's table: a field for each header, and a meaning for each word of the outcome."""

    name = line_field(gettext_lazy("対応の名前"), 60, gettext_lazy("例：〇〇社 脆弱性診断 結果一覧"), required=True)
    fills_down = forms.BooleanField(
        label=gettext_lazy("機器の欄が空の行は、上の行と同じ機器とする"), required=False, initial=True
    )

    def __init__(
        self, headers: Sequence[str], proposed: dict[str, str], words: dict[str, str], *arguments: Any, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.headers, self.words = list(headers), list(words)
        fields = [("", _("使わない")), *FIELDS_JA.items()]
        for number, header in enumerate(self.headers):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=header, choices=fields, required=False, initial=proposed.get(header, "")
            )
        for number, (word, code) in enumerate(words.items()):
            self.fields[f"word_{number}"] = forms.ChoiceField(
                label=word, choices=list(OUTCOME_MEANINGS_JA.items()), initial=code
            )

    def columns(self) -> list[forms.BoundField]:
        """The fields of the headers."""
        return [self[f"column_{number}"] for number in range(len(self.headers))]

    def meanings(self) -> list[forms.BoundField]:
        """The fields of the words."""
        return [self[f"word_{number}"] for number in range(len(self.words))]

    def general(self) -> list[forms.BoundField]:
        """The others."""
        return [self["name"], self["fills_down"]]

    def mapping(self, sheet: str = "") -> VendorMapping:
        """What was chosen. Raises InputError when two headers shall be one field."""
        given = self.cleaned_data
        columns: dict[str, str] = {}
        for number, header in enumerate(self.headers):
            name = given[f"column_{number}"]
            if name in columns:
                reason = f"「{FIELDS_JA[name]}」に「{columns[name]}」と「{header}」の二つの列が選ばれています。"
                raise InputError(Refusal("bad_mapping", reason, Place(column=header)))
            if name:
                columns[name] = header
        outcomes = {word: given[f"word_{number}"] for number, word in enumerate(self.words)}
        return VendorMapping(given["name"], columns, outcomes, sheet, given["fills_down"])
