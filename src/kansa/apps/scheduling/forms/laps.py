"""Which fields do the pages of planning ask for?"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kansa.apps.people.models import Department
from kansa.apps.scheduling.actions import NewRule, Wanted
from kansa.apps.scheduling.models import RULE_KINDS_JA, LapYear
from kansa.apps.scheduling.queries import LapFrame
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.planning.program import SEED
from kansa.planning.rotation.values import PlannedDepartment, Weights

WEIGHTS_JA = {
    "count": _("年度ごとの件数の差（１件）"),
    "kind": _("種別ごとの件数の差（１件）"),
    "staff": _("年度ごとの職員数の差（１人）"),
    "risk": _("年度ごとのリスクの差（１点）"),
    "systems": _("年度ごとの情報システム数の差（１件）"),
    "distance": _("年度ごとの移動時間の差（１分）"),
    "gap": _("前回からの間隔が一巡とずれる（１年）"),
    "site": _("同じ場所へ別の年度に行く（１回）"),
    "external_gap": _("外部監査が二巡より早く再び来る（１年）"),
    "external_risk": _("外部監査の対象のリスクが低い（１０点）"),
    "change": _("採用済みの計画からの変更（１件）"),
    "tolerance_percent": _("差とみなさない幅（年度平均の％）"),
}


def year_choices(years: Any) -> list[tuple[int, str]]:
    """Fiscal years as choices."""
    return [(year, era_year_ja(year)) for year in years]


class DepartmentsField(forms.ModelMultipleChoiceField):
    """Departments by code and name."""

    def label_from_instance(self, obj: Any) -> str:
        """What the list shows."""
        return f"{obj.code}　{obj.name_ja}"


class RuleForm(forms.Form):
    """One more rule of a lap."""

    kind = forms.ChoiceField(label=_("条件"), choices=list(RULE_KINDS_JA.items()))
    departments = DepartmentsField(
        Department.objects.none(),
        label=_("課所等"),
        help_text=_("「同じ年度に行う」のときは二つ以上。Ctrl キーを押しながら選びます。"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    fiscal_year = forms.TypedChoiceField(
        label=_("年度"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("種類によっては不要"),
    )
    group_ja = forms.CharField(
        label=_("組の名称"), required=False, max_length=60, help_text=_("「同じ年度に行う」だけ")
    )
    is_soft = forms.BooleanField(label=_("できれば守る（「同じ年度に行う」だけ）"), required=False)
    weight = forms.IntegerField(
        label=_("重み"), min_value=0, initial=10, required=False, help_text=_("「できれば」の条件の強さ")
    )
    reason_ja = forms.CharField(label=_("理由"), required=False, max_length=200)

    def __init__(self, actor: Actor, frame: LapFrame, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        rows = Department.objects.visible_to(actor).filter(valid_from__lte=frame.years[-1])
        departments, year = self.fields["departments"], self.fields["fiscal_year"]
        assert isinstance(departments, forms.ModelMultipleChoiceField)
        assert isinstance(year, forms.TypedChoiceField)
        departments.queryset = rows.exclude(valid_to__lt=frame.years[0]).order_by("code")
        year.choices = [("", "－"), *year_choices(frame.years)]

    def rule(self) -> NewRule:
        """What was typed."""
        given = self.cleaned_data
        return NewRule(
            given["kind"],
            list(given["departments"]),
            given["fiscal_year"],
            given["group_ja"],
            not given["is_soft"],
            10 if given["weight"] is None else given["weight"],
            given["reason_ja"],
        )


class WeightsForm(forms.Form):
    """What each inequality costs."""

    def __init__(self, weights: dict[str, int], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for one in fields(Weights):
            self.fields[one.name] = forms.IntegerField(
                label=WEIGHTS_JA[one.name],
                min_value=0,
                max_value=100_000,
                initial=weights.get(one.name, one.default),
            )


class LimitsForm(forms.Form):
    """How many audits a year may have."""

    def __init__(self, limits: dict[int, LapYear], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for year, one in limits.items():
            words = era_year_ja(year)
            for name, label, value in (
                ("at_least", _("内部監査の下限"), one.at_least),
                ("at_most", _("内部監査の上限"), one.at_most),
                ("external_count", _("計算で選ぶ外部監査の対象を含めた件数"), one.external_count),
            ):
                self.fields[f"{name}_{year}"] = forms.IntegerField(
                    label=f"{words}　{label}", min_value=0, max_value=10_000, required=False, initial=value
                )

    def limits(self, years: range) -> dict[int, tuple[int, int | None, int | None]]:
        """Fiscal year -> least, most, external targets."""
        given = self.cleaned_data
        return {
            year: (given[f"at_least_{year}"] or 0, given[f"at_most_{year}"], given[f"external_count_{year}"])
            for year in years
        }


class ComputationForm(forms.Form):
    """What is chosen of every computation."""

    manner = forms.ChoiceField(
        label=_("採用済みの計画との違い"),
        choices=(("few", _("できるだけ変えない")), ("fresh", _("初めから組み直す"))),
        initial="few",
        widget=forms.RadioSelect,
    )
    title_ja = forms.CharField(label=_("覚え書き"), max_length=100, required=False)
    seconds_limit = forms.IntegerField(label=_("計算時間の上限（秒）"), min_value=1, max_value=600, initial=60)
    seed = forms.IntegerField(
        label=_("乱数の種"),
        min_value=0,
        max_value=2**31 - 1,
        initial=SEED,
        help_text=_("同じ種なら同じ計画になります。"),
    )


class SolveForm(ComputationForm):
    """What plan of a lap is to be computed."""

    open_from = forms.TypedChoiceField(label=_("計画し直す最初の年度"), coerce=int)
    field_order = ("open_from",)

    def __init__(self, open_years: list[int], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["open_from"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = year_choices(open_years)

    def wanted(self) -> Wanted:
        """What was chosen."""
        given = self.cleaned_data
        few = given["manner"] == "few"
        return Wanted(given["open_from"], few, given["seconds_limit"], given["seed"], given["title_ja"])


class FactForm(forms.Form):
    """What makes one department more or less work."""

    risk_level = forms.IntegerField(
        label=_("リスク"), min_value=0, max_value=100, help_text=_("0（低い）から 100（高い）")
    )
    systems_count = forms.IntegerField(label=_("情報システムの数"), min_value=0, max_value=10_000)
    distance_minutes = forms.IntegerField(label=_("移動時間（分）"), min_value=0, max_value=10_000)
    site_code = forms.CharField(
        label=_("所在地の符号"), required=False, max_length=40, help_text=_("同じ建物の課所等に同じ符号を付けます。")
    )


def of_department(one: PlannedDepartment) -> dict[str, object]:
    """The first values of FactForm."""
    names = ("risk_level", "systems_count", "distance_minutes", "site_code")
    return {name: getattr(one, name) for name in names}


class CellForm(forms.Form):
    """The years of one department, by hand."""

    internal_year = forms.TypedChoiceField(
        label=_("内部監査の年度"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    external_years = forms.TypedMultipleChoiceField(
        label=_("外部監査の年度"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason_ja = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=200,
        help_text=_("条件に合わない年度にするときに必要です。操作記録に残ります。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, open_years: list[int], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        internal, external = self.fields["internal_year"], self.fields["external_years"]
        assert isinstance(internal, forms.TypedChoiceField)
        assert isinstance(external, forms.TypedMultipleChoiceField)
        internal.choices = [("", _("行わない")), *year_choices(open_years)]
        external.choices = year_choices(open_years)


class AcceptForm(forms.Form):
    """Taking a draft over."""

    reason_ja = forms.CharField(
        label=_("理由"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
