"""What may be typed about an asset, a report, a host of the tray and a kind?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.diagnosis.actions import UploadFacts
from kansa.apps.diagnosis.actions.decisions import INPUTS_JA, Option, Weighed
from kansa.apps.diagnosis.models import IMPORTANCES_JA, Asset, AssetYear, Decision, NetworkZone, TableMapping
from kansa.apps.diagnosis.queries.assets import record_of
from kansa.apps.diagnosis.queries.conditions import ProposedCondition
from kansa.apps.people.models import YEARS, Department
from kansa.apps.plan.models import Engagement
from kansa.core.fiscal import era_year_ja
from kansa.core.measures import TESTINGS_JA, TREATMENTS_JA, VENDOR_SUPPORTS_JA, WAY_BACK_JA
from kansa.core.ssvc import AUTOMATABLE_JA, EXPLOITATION_JA, EXPOSURE_JA, MISSION_JA, SAFETY_JA
from kansa.core.weaknesses import KINDS_JA
from kansa.formats.records import AssetRecord, Source

NEW_MAPPING = "new"


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
    is_published = forms.BooleanField(label=gettext_lazy("公開している（インターネットから届く）"), required=False)
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


INPUT_CHOICES: dict[str, dict[str, str]] = {
    "exploitation": EXPLOITATION_JA,
    "exposure": EXPOSURE_JA,
    "automatable": AUTOMATABLE_JA,
    "safety": SAFETY_JA,
    "mission": MISSION_JA,
}
RESIDUAL_INPUTS = ("exposure", "automatable", "safety", "mission")
YEN = 10**12  # more is a slip
MINUTES = 10**6


def choices_of(words: Mapping[str, str], empty: str = "") -> list[tuple[str, str]]:
    """Choices, with an empty one in front when it has words."""
    return [*([("", empty)] if empty else []), *words.items()]


def number_field(label: Any, most: int) -> forms.IntegerField:
    """A whole number that may be unknown."""
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


def text_field(label: Any, help_text: Any = "") -> forms.CharField:
    """Some lines of text."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, required=False, widget=widget, help_text=help_text)


class DecisionForm(forms.Form):
    """What is weighed about a measure. Labels are those of the list, so that a refusal finds its field."""

    condition_ja = text_field(
        gettext_lazy("危険が現実になる条件"),
        gettext_lazy("例：USBメモリの持込み、同じ領域の端末が乗っ取られること。今ある対策も書きます。"),
    )
    testing = forms.ChoiceField(label=gettext_lazy("検証"), required=False)
    malfunction_ja = text_field(gettext_lazy("起こり得る不具合"))
    vendor_support = forms.ChoiceField(label=gettext_lazy("事業者の動作保証"), required=False)
    downtime_minutes = number_field(gettext_lazy("停止時間（分）"), MINUTES)
    way_back = forms.ChoiceField(label=gettext_lazy("切戻し"), required=False)
    work_minutes = number_field(gettext_lazy("作業時間（分）"), MINUTES)
    budget_fiscal_year = forms.IntegerField(
        label=gettext_lazy("予算年度"),
        required=False,
        min_value=YEARS[0],
        max_value=YEARS[1],
        help_text=gettext_lazy("西暦。費用を見込む年度。"),
    )
    renewal_on = day_field(gettext_lazy("更改予定日"), gettext_lazy("この更改で解消するとき。"))
    cost_note_ja = text_field(gettext_lazy("費用の備考"))
    treatment = forms.ChoiceField(label=gettext_lazy("対応方針"))
    reason_ja = text_field(gettext_lazy("選定理由"))
    owner_ja = line_field(gettext_lazy("担当"), 100)
    due_on = day_field(gettext_lazy("期限"))
    review_on = day_field(
        gettext_lazy("見直し日"), gettext_lazy("軽減と受容では必ず入れます。一年以内。その日にホームに戻ります。")
    )
    residual_ja = text_field(gettext_lazy("残存リスク"), gettext_lazy("軽減では、何によって軽減し、何が残るか。"))

    def __init__(self, proposed: ProposedCondition, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, words in INPUT_CHOICES.items():
            told = getattr(proposed, name)
            said = _("提案：{value}（{reason}）").format(value=words[told.value], reason=told.reason_ja)
            self.fields[name] = forms.ChoiceField(
                label=INPUTS_JA[name], choices=choices_of(words), initial=told.value, help_text=escape(said)
            )
            self.fields[f"{name}_reason"] = line_field(f"{INPUTS_JA[name]}を変える理由", 300)
        for name in RESIDUAL_INPUTS:
            label = _("軽減した後の{input}").format(input=INPUTS_JA[name])
            choices = choices_of(INPUT_CHOICES[name], _("変わらない"))
            self.fields[f"residual_{name}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        for code, words_ja in TREATMENTS_JA.items():
            self.fields[f"{code}_note_ja"] = text_field(_("{treatment}の内容").format(treatment=words_ja))
            self.fields[f"{code}_once"] = number_field(_("{treatment}の初期費用（円）").format(treatment=words_ja), YEN)
            self.fields[f"{code}_yearly"] = number_field(_("{treatment}の年額（円）").format(treatment=words_ja), YEN)
        for name, words in (
            ("testing", TESTINGS_JA),
            ("vendor_support", VENDOR_SUPPORTS_JA),
            ("way_back", WAY_BACK_JA),
        ):
            self.fields[name].choices = choices_of(words, _("未確認"))  # type: ignore[attr-defined]
        self.fields["treatment"].choices = choices_of(TREATMENTS_JA, _("選んでください"))  # type: ignore[attr-defined]

    def parts(self) -> list[tuple[str, str, str, list[forms.BoundField]]]:
        """(title, what it is for, shape, fields) in the order in which a person weighs."""
        inputs = [part for name in INPUT_CHOICES for part in (name, f"{name}_reason")]
        ways = [f"{code}_{part}" for code in TREATMENTS_JA for part in ("note_ja", "once", "yearly")]
        left = [f"residual_{name}" for name in RESIDUAL_INPUTS]
        told = _("値から優先度が決まります。提案と違う値には理由を入れます。")
        effects = ["testing", "vendor_support", "downtime_minutes", "way_back", "malfunction_ja"]
        costs = ["work_minutes", "budget_fiscal_year", "renewal_on", "cost_note_ja"]
        groups = (
            (_("危険が現実になる条件"), told, "", [*inputs, "condition_ja"]),
            (_("対応により生じる不具合"), "", "", effects),
            (_("案の比較"), _("検討した案だけに入れます。"), "is-three", ways),
            (_("費用"), "", "", costs),
            (_("結論"), "", "", ["treatment", "owner_ja", "due_on", "reason_ja"]),
            (_("残る危険"), _("軽減と受容のときだけ入れます。"), "", [*left, "residual_ja", "review_on"]),
        )
        return [(title, told, shape, [self[name] for name in names]) for title, told, shape, names in groups]

    def weighed(self) -> Weighed:
        """What was typed, as the act wants it."""
        given = self.cleaned_data
        same = {name: given[name] for name in Weighed.__dataclass_fields__ if name in given}
        return Weighed(
            **same,
            inputs={name: given[name] for name in INPUT_CHOICES},
            reasons={name: given[f"{name}_reason"] for name in INPUT_CHOICES},
            residual={name: given[f"residual_{name}"] for name in RESIDUAL_INPUTS},
            options={
                code: Option(given[f"{code}_note_ja"], given[f"{code}_once"], given[f"{code}_yearly"])
                for code in TREATMENTS_JA
            },
            has_way_back={"yes": True, "no": False}.get(given["way_back"]),
        )


def decision_values(one: Decision) -> dict[str, object]:
    """The form of a decision as it stands."""
    names = [name for name in DecisionForm.base_fields if name != "way_back"]
    values: dict[str, object] = {name: getattr(one, name) for name in names}
    told = one.evidence
    values["way_back"] = {True: "yes", False: "no", None: ""}[one.has_way_back]
    values |= told.get("inputs", {})
    values |= {f"{name}_reason": text for name, text in told.get("changed_because", {}).items()}
    values |= {f"residual_{name}": value for name, value in told.get("residual", {}).items()}
    for code, way in told.get("options", {}).items():
        values |= {
            f"{code}_note_ja": way["note_ja"],
            f"{code}_once": way["cost_once"],
            f"{code}_yearly": way["cost_yearly"],
        }
    return values


class DoneForm(forms.Form):
    """That a measure was done."""

    done_on = day_field(gettext_lazy("実施日"))
    note_ja = text_field(gettext_lazy("実施したこと"))

    def clean_done_on(self) -> date:
        """A day is needed."""
        day: date | None = self.cleaned_data["done_on"]
        if day is None:
            raise forms.ValidationError(_("実施した日を入力してください。"))
        return day


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
