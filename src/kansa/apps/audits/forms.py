"""Which fields do the pages of an audit ask for?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kansa.apps.audits.actions import Planned
from kansa.apps.people.models import AuditFirm, Department
from kansa.apps.plan.models import Engagement
from kansa.core.permission import Actor

STREAMS = (("internal_audit", _("内部監査")), ("external_audit", _("外部監査")))
METHODS = (
    ("control_check", _("対策状況確認")),
    ("technical_diagnosis", _("技術的診断")),
    ("mail_drill", _("メール訓練")),
)


class Day(forms.DateInput):
    """A day, by the browser's own calendar where it has one."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DepartmentField(forms.ModelChoiceField):
    """A department by code and name."""

    def label_from_instance(self, obj: Any) -> str:
        """What the list shows."""
        return f"{obj.code}　{obj.name_ja}"


class FirmField(forms.ModelChoiceField):
    """A firm by name."""

    def label_from_instance(self, obj: Any) -> str:
        """What the list shows."""
        return str(obj.name_ja)


class PlanForm(forms.Form):
    """The planning of one engagement."""

    code = forms.CharField(
        label=_("実施番号"), max_length=40, help_text=_("空けておくと自動で付けます。"), required=False
    )
    stream = forms.ChoiceField(label=_("監査の種別"), choices=STREAMS, widget=forms.RadioSelect)
    method = forms.ChoiceField(label=_("方法"), choices=METHODS, widget=forms.RadioSelect, initial="control_check")
    department = DepartmentField(
        Department.objects.none(), label=_("対象の課所等"), required=False, empty_label=_("全庁")
    )
    firm = FirmField(
        AuditFirm.objects.none(),
        label=_("監査事業者"),
        required=False,
        empty_label=_("なし"),
        help_text=_("外部監査だけ"),
    )
    started_on = forms.DateField(label=_("開始日"), required=False, widget=Day, help_text=_("実地監査の日"))
    ended_on = forms.DateField(label=_("終了日"), required=False, widget=Day)
    is_special = forms.BooleanField(label=_("特命監査（計画の外で命じられたもの）"), required=False)
    scope_left_out_ja = forms.CharField(
        label=_("監査しない範囲"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("結果の通知に書かれます。"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, fiscal_year: int, *arguments: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        rows = Department.objects.visible_to(actor).filter(valid_from__lte=fiscal_year)
        department, firm = self.fields["department"], self.fields["firm"]
        assert isinstance(department, forms.ModelChoiceField)
        assert isinstance(firm, forms.ModelChoiceField)
        department.queryset = rows.exclude(valid_to__lt=fiscal_year).order_by("code")
        firm.queryset = AuditFirm.objects.visible_to(actor).filter(is_contracted=True).order_by("name_ja")
        if not is_new:
            del self.fields["code"]

    def planned(self) -> Planned:
        """What was decided."""
        given = self.cleaned_data
        return Planned(
            stream=given["stream"],
            method=given["method"],
            department=given["department"],
            firm=given["firm"],
            started_on=given["started_on"],
            ended_on=given["ended_on"],
            is_special=given["is_special"],
            scope_left_out_ja=given["scope_left_out_ja"],
        )


def of_engagement(engagement: Engagement) -> dict[str, Any]:
    """The form's first values for an engagement that stands."""
    names = ("stream", "method", "department", "firm", "started_on", "ended_on", "is_special", "scope_left_out_ja")
    return {name: getattr(engagement, name) for name in (*names, "version")}


class MoveForm(forms.Form):
    """One move: its reason, and number and date of the letter where one goes out."""

    move = forms.CharField(max_length=40)
    version = forms.IntegerField()
    reason_ja = forms.CharField(label=_("理由"), required=False, max_length=2000)
    number = forms.CharField(label=_("文書番号"), required=False, max_length=60)
    on = forms.DateField(label=_("文書の日付"), required=False, widget=Day)


class AuditorForm(forms.Form):
    """One auditor: a member of staff, or the name of an outside person."""

    staff_number = forms.CharField(label=_("監査員"), required=False, max_length=40)
    name_ja = forms.CharField(label=_("庁外の監査人の氏名"), required=False, max_length=100)


class TemplateForm(forms.Form):
    """A Word file."""

    file = forms.FileField(label=_("Word の雛形（.docx）"), help_text=_("5 MB まで"))
