"""Which fields do the pages of a year's teams and days ask for?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kansa.apps.people.models import Department
from kansa.apps.scheduling.actions import SaidOfAuditor, TeamByHand, WantedTeams, YearRules
from kansa.apps.scheduling.forms.laps import ComputationForm, DepartmentsField
from kansa.apps.scheduling.models import COUNTS_JA, HALVES_JA, OFFERED_HALVES_JA, TEAM_RULES_JA, AuditYear
from kansa.apps.scheduling.queries import AuditorRow
from kansa.apps.scheduling.queries.cases import WEIGHTS, assignment_rules
from kansa.apps.scheduling.queries.teams import slot_words
from kansa.core.permission import Actor
from kansa.planning.assignment.values import AssignmentCase, Team

WEIGHT_WORDS = {
    "travel": _("移動10分"),
    "preferred": _("希望した課所等に行く（1件、費用が減る）"),
    "avoided": _("避けたい課所等に行く（1件）"),
    "warning": _("「注意」の過去の所属・相互監査（1件）"),
    "slot": _("望まれた日程から外れる（1件）"),
    "change": _("今の割当てからの変更（1人、又は1枠）"),
}
SAID = (("", _("記録のとおり")), ("yes", _("はい")), ("no", _("いいえ")))
SAID_VALUES = {"": None, "yes": True, "no": False}


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def departments_of(actor: Actor, fiscal_year: int) -> Any:
    """The departments of a fiscal year."""
    rows = Department.objects.visible_to(actor).filter(valid_from__lte=fiscal_year)
    return rows.exclude(valid_to__lt=fiscal_year).order_by("code")


class YearRulesForm(forms.Form):
    """How teams are made up, and in which days the audits are held."""

    team_size = forms.IntegerField(label=_("班の人数"), min_value=1, max_value=20)
    experienced_count = forms.IntegerField(label=_("経験者の人数"), min_value=0, max_value=20)
    lead_count = forms.IntegerField(label=_("主任になれる人の人数"), min_value=0, max_value=20)
    load_tolerance = forms.IntegerField(
        label=_("件数の差の許容"),
        min_value=0,
        max_value=1000,
        help_text=_("均等な件数から、何件まで外れてよいか"),
    )
    head_audit_rule = forms.ChoiceField(
        label=_("相手の課所等の長との相互監査"), choices=(("block", _("不可")), ("warn", _("注意")))
    )
    first_on = day_field(_("最初の日"), required=False)
    last_on = day_field(_("最後の日"), required=False)
    halves = forms.ChoiceField(label=_("時間帯"), choices=list(OFFERED_HALVES_JA.items()))
    slot_capacity = forms.IntegerField(label=_("同じ時間枠の件数の上限"), min_value=1, max_value=1000, required=False)
    site_capacity = forms.IntegerField(label=_("同じ場所の件数の上限"), min_value=1, max_value=1000, required=False)
    notice_days = forms.IntegerField(
        label=_("通知の日数"), min_value=0, max_value=200, help_text=_("監査の日の何日前までに通知するか")
    )
    notice_counts = forms.ChoiceField(label=_("日数の数え方"), choices=list(COUNTS_JA.items()))

    def __init__(self, year: AuditYear, *arguments: Any, **options: Any) -> None:
        names = list(self.base_fields)
        options["initial"] = {name: getattr(year, name) for name in names}
        super().__init__(*arguments, **options)
        rules = assignment_rules(year)
        for name in WEIGHTS:
            self.fields[f"weight_{name}"] = forms.IntegerField(
                label=WEIGHT_WORDS[name], min_value=0, max_value=100_000, initial=getattr(rules, f"{name}_weight")
            )

    def group(self, *names: str) -> list[Any]:
        """These fields, for a part of the page."""
        return [self[name] for name in names]

    def team_fields(self) -> list[Any]:
        """Fields of teams."""
        return self.group("team_size", "experienced_count", "lead_count", "load_tolerance", "head_audit_rule")

    def day_fields(self) -> list[Any]:
        """Fields of days."""
        names = ("first_on", "last_on", "halves", "slot_capacity", "site_capacity", "notice_days", "notice_counts")
        return self.group(*names)

    def weight_fields(self) -> list[Any]:
        """Fields of weights."""
        return self.group(*(f"weight_{name}" for name in WEIGHTS))

    def rules(self) -> YearRules:
        """What was typed."""
        given = dict(self.cleaned_data)
        weights = {name: given.pop(f"weight_{name}") for name in WEIGHTS}
        return YearRules(**given, weights=weights)


class AuditorsForm(forms.Form):
    """One row of fields for each auditor shown; locked for whoever may only look."""

    def __init__(self, rows: Sequence[AuditorRow], *arguments: Any, is_locked: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.shown = list(rows)
        said = {None: "", True: "yes", False: "no"}
        for row in self.shown:
            name, fact = row.staff.name_ja, row.fact
            fields: dict[str, forms.Field] = {
                "experienced": forms.ChoiceField(
                    label=_("経験者"), choices=SAID, required=False, initial=said[fact.is_experienced]
                ),
                "head": forms.ChoiceField(label=_("所属長"), choices=SAID, required=False, initial=said[fact.is_head]),
                "lead": forms.BooleanField(label=_("主任になれる"), required=False, initial=fact.may_lead),
                "most": forms.IntegerField(
                    label=_("件数の上限"), min_value=0, max_value=1000, required=False, initial=fact.max_audits
                ),
                "left_out": forms.BooleanField(label=_("対象外"), required=False, initial=fact.is_left_out),
            }
            for key, field in fields.items():
                field.disabled = is_locked
                field.widget.attrs["aria-label"] = f"{name}　{field.label}"
                self.fields[f"{key}_{row.staff.pk}"] = field

    def lines(self) -> list[tuple[AuditorRow, list[Any]]]:
        """Every auditor with the fields of the row."""
        keys = ("experienced", "head", "lead", "most", "left_out")
        return [(row, [self[f"{key}_{row.staff.pk}"] for key in keys]) for row in self.shown]

    def said(self) -> dict[str, SaidOfAuditor]:
        """Staff number -> what was chosen."""
        given = self.cleaned_data
        return {
            row.staff.staff_number: SaidOfAuditor(
                SAID_VALUES[given[f"experienced_{row.staff.pk}"]],
                SAID_VALUES[given[f"head_{row.staff.pk}"]],
                given[f"lead_{row.staff.pk}"],
                given[f"most_{row.staff.pk}"],
                given[f"left_out_{row.staff.pk}"],
            )
            for row in self.shown
        }


class BusyForm(forms.Form):
    """Days an auditor cannot come."""

    first_on = day_field(_("始まりの日"))
    last_on = day_field(_("終わりの日"))
    half = forms.ChoiceField(label=_("時間帯"), choices=list(HALVES_JA.items()), required=False)
    reason_ja = forms.CharField(label=_("理由"), max_length=200, required=False)


class DepartmentField(forms.ModelChoiceField):
    """A department by code and name."""

    def label_from_instance(self, obj: Any) -> str:
        """What the list shows."""
        return f"{obj.code}　{obj.name_ja}"


class WishForm(forms.Form):
    """A department an auditor would like to audit, or not."""

    department = DepartmentField(Department.objects.none(), label=_("課所等"))
    is_avoided = forms.ChoiceField(
        label=_("希望"),
        choices=(("", _("監査したい")), ("avoid", _("できれば避けたい"))),
        required=False,
    )

    def __init__(self, actor: Actor, fiscal_year: int, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = departments_of(actor, fiscal_year)


class DepartmentBusyForm(forms.Form):
    """Days in which departments are not audited."""

    departments = DepartmentsField(
        Department.objects.none(),
        label=_("課所等"),
        help_text=_("Ctrl キーを押しながら、幾つでも選べます。"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    first_on = day_field(_("始まりの日"))
    last_on = day_field(_("終わりの日"))
    reason_ja = forms.CharField(label=_("理由"), max_length=200, required=False)

    def __init__(self, actor: Actor, fiscal_year: int, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["departments"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = departments_of(actor, fiscal_year)


class DayForm(forms.Form):
    """A day that is closed or open against the rule."""

    day = day_field(_("日"))
    is_open = forms.ChoiceField(
        label=_("扱い"),
        choices=(("", _("閉庁日とする")), ("open", _("開庁日とする"))),
        required=False,
    )
    reason_ja = forms.CharField(label=_("理由"), max_length=200, required=False)


class TeamsSolveForm(ComputationForm):
    """What teams are to be computed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["manner"].label = _("今の割当てとの違い")
        self.fields["seconds_limit"].initial = 30

    def wanted(self) -> WantedTeams:
        """What was chosen."""
        given = self.cleaned_data
        return WantedTeams(given["manner"] == "few", given["seconds_limit"], given["seed"], given["title_ja"])


class TeamForm(forms.Form):
    """Team and half day of one audit, by hand."""

    people = forms.MultipleChoiceField(label=_("監査員"), required=False, widget=forms.CheckboxSelectMultiple)
    lead = forms.ChoiceField(label=_("主任"), required=False)
    slot = forms.ChoiceField(label=_("時間枠"), required=False)
    is_fixed = forms.BooleanField(label=_("この日程を固定する（計算で動かさない）"), required=False)
    reason_ja = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=200,
        help_text=_("条件に合わない割当てにするときに必要です。操作記録に残ります。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, case: AssignmentCase, team: Team, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        names = [(one.staff_number, f"{one.name_ja}（{one.staff_number}）") for one in case.auditors]
        slots = [(one.slot_id, slot_words(one)) for one in case.slots]
        for name, choices in (("people", names), ("lead", [("", "－"), *names]), ("slot", [("", "－"), *slots])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        first = {"people": list(team.staff_numbers), "lead": team.lead, "slot": team.slot_id or ""}
        self.initial = {**first, **self.initial}

    def team(self) -> TeamByHand:
        """What was chosen."""
        given = self.cleaned_data
        return TeamByHand(tuple(sorted(given["people"])), given["lead"], given["slot"] or None, given["is_fixed"])


class TeamRuleForm(forms.Form):
    """Somebody who stays at an audit, or must not come."""

    staff = forms.ChoiceField(label=_("監査員"))
    kind = forms.ChoiceField(label=_("扱い"), choices=list(TEAM_RULES_JA.items()))
    reason_ja = forms.CharField(label=_("理由"), max_length=200)

    def __init__(self, people: Iterable[tuple[str, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(people)
