"""What may be typed about an asset, a report, a host of the tray and a kind?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.diagnosis.actions import UploadFacts
from kansa.apps.diagnosis.models import IMPORTANCES_JA, Asset, AssetYear, NetworkZone
from kansa.apps.diagnosis.queries.assets import record_of
from kansa.apps.people.models import YEARS, Department
from kansa.apps.plan.models import Engagement
from kansa.core.fiscal import era_year_ja
from kansa.core.weaknesses import KINDS_JA
from kansa.formats.records import AssetRecord, Source


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
    port_ranges = forms.CharField(
        label=gettext_lazy("検査したポート"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("全てのポートなら空欄。例：1-1024,3389,8080"),
    )

    def __init__(
        self, zones: Sequence[NetworkZone], engagements: Sequence[Engagement], *arguments: Any, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._zones = {str(one.pk): one for one in zones}
        self._engagements = {str(one.pk): one for one in engagements}
        self.fields["network_zone"].choices = [  # type: ignore[attr-defined]
            (key, one.name_ja) for key, one in self._zones.items()
        ]
        self.fields["engagement"].choices = [("", _("なし"))] + [  # type: ignore[attr-defined]
            (key, f"{era_year_ja(one.fiscal_year)} {one.code}") for key, one in self._engagements.items()
        ]

    def facts(self) -> UploadFacts:
        """What was typed."""
        given = self.cleaned_data
        day = given["scanned_on"]
        at = timezone.make_aware(datetime.combine(day, time(12))) if day else None
        return UploadFacts(
            given["fiscal_year"],
            self._zones[given["network_zone"]],
            self._engagements.get(given["engagement"]),
            at,
            not given["is_partial"],
            given["port_ranges"].strip(),
        )


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
