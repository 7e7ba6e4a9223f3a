"""What may be typed about an asset, a report, a host of the tray and a kind?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.diagnosis.actions import UploadFacts, ZoneFacts
from kansa.apps.diagnosis.models import IMPORTANCES_JA, Asset, AssetYear, NetworkZone, TableMapping
from kansa.apps.diagnosis.queries.assets import record_of
from kansa.apps.people.models import YEARS, Department
from kansa.apps.plan.models import Engagement
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja
from kansa.core.ssvc import EXPOSURE_JA
from kansa.core.weaknesses import KINDS_JA
from kansa.formats.advisories.releases import KNOWN
from kansa.formats.records import AssetRecord, Source
from kansa.formats.scans.vendor_table import FIELDS_JA, VendorMapping

NEW_MAPPING = "new"
OUTCOME_MEANINGS_JA = {
    "open": "検出（残っている）",
    "fixed": "対応済み",
    "not_affected": "影響なし・対象外",
    "passed": "問題なし",
    "information": "参考情報",
    "undecided": "判断できない",
}


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A day that may be left open."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def line_field(label: Any, length: int, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text)


class AssetForm(forms.Form):
    """An asset from a fiscal year on. Labels are the columns of the list, so that a refusal finds its field."""

    fiscal_year = forms.IntegerField(
        label=gettext_lazy("年度"),
        min_value=YEARS[0],
        max_value=YEARS[1],
        help_text=gettext_lazy("西暦。この年度から、次の内容とします。前の年度の記録は残ります。"),
    )
    asset_number = line_field(gettext_lazy("資産番号"), 60, required=True)
    system_ja = line_field(gettext_lazy("システム名"), 120)
    department_code = forms.ChoiceField(label=gettext_lazy("所管課コード"))
    network_zone = forms.ChoiceField(label=gettext_lazy("ネットワーク領域"))
    host_name = line_field(gettext_lazy("ホスト名"), 100)
    fqdn = line_field(gettext_lazy("FQDN"), 255)
    addresses = line_field(gettext_lazy("IPアドレス"), 1000, gettext_lazy("複数は空白で区切ります。"))
    importance = forms.ChoiceField(
        label=gettext_lazy("重要性"), choices=[(code, words) for code, words in IMPORTANCES_JA.items()], required=False
    )
    has_personal_number = forms.BooleanField(label=gettext_lazy("個人番号を扱う"), required=False)
    product_ja = line_field(gettext_lazy("製品"), 200)
    operating_system = line_field(gettext_lazy("OS"), 200)
    support_ends_on = day_field(gettext_lazy("サポート終了日"))
    vendor_ja = line_field(gettext_lazy("保守事業者"), 120)
    contract_ja = line_field(gettext_lazy("保守契約"), 200)
    contract_ends_on = day_field(gettext_lazy("契約終了日"))
    retired_in = forms.IntegerField(
        label=gettext_lazy("廃止年度"),
        required=False,
        min_value=YEARS[0],
        max_value=YEARS[1],
        help_text=gettext_lazy("使わなくなった最初の年度（西暦）。その年度から、残る検出は「対象外」になります。"),
    )
    note_ja = line_field(gettext_lazy("特記事項"), 500)

    def __init__(
        self, zones: Sequence[NetworkZone], departments: Sequence[Department], *arguments: Any, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.fields["network_zone"].choices = [(one.name_ja, one.name_ja) for one in zones]  # type: ignore[attr-defined]
        self.fields["department_code"].choices = [("", _("選んでください"))] + [  # type: ignore[attr-defined]
            (one.code, f"{one.code} {one.name_ja}") for one in departments
        ]

    def record(self) -> AssetRecord:
        """What was typed, as a row of the list would say it."""
        given = dict(self.cleaned_data)
        given["addresses"] = tuple(given["addresses"].replace("、", " ").replace(",", " ").split())
        return AssetRecord(**given, source=Source("", "", "", 0))


def asset_values(year: AssetYear, fiscal_year: int) -> dict[str, object]:
    """The form of an asset as it stands."""
    record = record_of(year)
    values = {name: getattr(record, name) for name in AssetForm.base_fields}
    return {**values, "fiscal_year": fiscal_year, "addresses": " ".join(record.addresses)}


def host_values(year: AssetYear) -> dict[str, object]:
    """The form of a new asset made of a host of the tray."""
    return {
        "fiscal_year": year.fiscal_year,
        "network_zone": year.network_zone.name_ja,
        "host_name": year.host_name,
        "fqdn": year.fqdn,
        "addresses": year.addresses,
        "operating_system": year.operating_system,
    }


def noon(day: date | None) -> datetime | None:
    """Noon of a day; None when no day was typed."""
    return timezone.make_aware(datetime.combine(day, time(12))) if day else None


class ManyFilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class UploadForm(forms.Form):
    """A report and what it cannot say itself."""

    chosen = forms.FileField(
        label=gettext_lazy("診断の報告書"),
        help_text=gettext_lazy(
            "診断ツールが出力した XML、JSON、CSV、又はそれらを入れた zip。編集せずにそのまま選びます。"
        ),
    )
    fiscal_year = forms.IntegerField(label=gettext_lazy("年度（西暦）"), min_value=YEARS[0], max_value=YEARS[1])
    network_zone = forms.ChoiceField(
        label=gettext_lazy("検査した側のネットワーク領域"),
        help_text=gettext_lazy("この領域から見た結果として記録します。別の領域から見たものを解消とはみなしません。"),
    )
    engagement = forms.ChoiceField(label=gettext_lazy("対応する監査"), required=False)
    scanned_on = day_field(gettext_lazy("診断した日"), gettext_lazy("報告書に日時がないときだけ使います。"))
    is_partial = forms.BooleanField(
        label=gettext_lazy("一部の検査だけをした（見付からなかったものを解消とみなさない）"), required=False
    )
    mapping = forms.ChoiceField(
        label=gettext_lazy("ファイルの種類"),
        required=False,
        help_text=gettext_lazy(
            "診断業者の Excel や CSV は、列の対応を選びます。初めての表は「新しい列の対応を作る」。"
        ),
    )
    port_ranges = forms.CharField(
        label=gettext_lazy("検査したポート"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("全てのポートなら空欄。例：1-1024,3389,8080"),
    )

    def __init__(
        self,
        zones: Sequence[NetworkZone],
        engagements: Sequence[Engagement],
        mappings: Sequence[TableMapping],
        *arguments: Any,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        if "mapping" in self.fields:
            self.fields["mapping"].choices = self._kinds(mappings)  # type: ignore[attr-defined]
        self._zones = {str(one.pk): one for one in zones}
        self._engagements = {str(one.pk): one for one in engagements}
        self.fields["network_zone"].choices = [  # type: ignore[attr-defined]
            (key, one.name_ja) for key, one in self._zones.items()
        ]
        self.fields["engagement"].choices = [("", _("なし"))] + [  # type: ignore[attr-defined]
            (key, f"{era_year_ja(one.fiscal_year)} {one.code}") for key, one in self._engagements.items()
        ]

    @staticmethod
    def _kinds(mappings: Sequence[TableMapping]) -> list[tuple[str, str]]:
        return [
            ("", _("診断ツールの報告書（自動で見分ける）")),
            *((str(one.pk), _("診断業者の表：{name}").format(name=one.name)) for one in mappings),
            (NEW_MAPPING, _("診断業者の表：新しい列の対応を作る")),
        ]

    def facts(self) -> UploadFacts:
        """What was typed."""
        given = self.cleaned_data
        return UploadFacts(
            given["fiscal_year"],
            self._zones[given["network_zone"]],
            self._engagements.get(given["engagement"]),
            noon(given["scanned_on"]),
            not given["is_partial"],
            given["port_ranges"].strip(),
            "table" if given["mapping"] else "report",
            int(given["mapping"]) if given["mapping"] not in ("", NEW_MAPPING) else None,
        )


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


class AssignForm(forms.Form):
    """Which asset a host of the tray is."""

    asset = forms.ChoiceField(label=gettext_lazy("登録簿の機器"))
    keeps_clues = forms.BooleanField(
        label=gettext_lazy("このホストの名前とアドレスを登録簿に加え、次から自動で照合する"),
        required=False,
        initial=True,
    )

    def __init__(self, assets: Sequence[Asset], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._assets = {str(one.pk): one for one in assets}
        self.fields["asset"].choices = [("", _("選んでください"))] + [  # type: ignore[attr-defined]
            (key, f"{one.asset_number} {one.system_ja}") for key, one in self._assets.items()
        ]

    def asset_chosen(self) -> Asset:
        """The asset."""
        return self._assets[self.cleaned_data["asset"]]


class KindForm(forms.Form):
    """The kind of a weakness, set by hand."""

    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=list(KINDS_JA.items()))
