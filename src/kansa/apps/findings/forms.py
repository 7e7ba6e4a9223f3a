"""What does a person type about a finding, a plan, an acceptance or a rollout?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kansa.apps.findings.models import SEVERITIES_JA, TEXTS_JA
from kansa.apps.plan.models import Engagement
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.likeness import CAUSES_JA

CLASSES_JA = {"detection": "検出事項", "recommendation": "改善提言"}
FACT_ANSWERS_JA = {
    "agreement": "同意する",
    "disagreement_of_fact": "事実に関する見解の相違がある",
    "disagreement_of_judgement": "判断に関する見解の相違がある",
}
DECISIONS_JA = {"upheld": "原案のとおりとする", "changed": "修正する", "withdrawn": "取り下げる"}
YEARS_AHEAD = 5
TEXT_HELP = {
    "criterion_ja": _("どの規程・基準に照らしたか。"),
    "fact_ja": _("確認した事実だけを書きます。"),
    "evidence_ja": _("何で確認したか（文書名、聞き取り、現地）。"),
    "cause_ja": _("分かる範囲で。所属だけの事情か、ほかの所属にも当てはまるか。"),
    "effect_ja": _("このままだと何が起こり得るか。"),
    "recommendation_ja": _("助言です。措置は対象所属が決めます。"),
}


def area(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 4) -> forms.CharField:
    """A text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget, max_length=10_000)


def day(label: Any, help_text: Any = "") -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


def one_of(label: Any, choices: dict[str, str], *, required: bool = True) -> forms.ChoiceField:
    """One of few."""
    return forms.ChoiceField(label=label, choices=list(choices.items()), required=required, widget=forms.RadioSelect)


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files as a list."""
        return [super(FilesField, self).clean(one, initial) for one in data or ()]


def files() -> FilesField:
    """Evidence to be kept."""
    return FilesField(
        label=_("証拠"),
        required=False,
        help_text=_(
            "写真・PDF・Word・Excel・文字のファイル。一つ20MBまで。写真の撮影場所などの情報は取り除いて保存します。"
        ),
    )


class FindingForm(forms.Form):
    """検出事項 or 改善提言."""

    title_ja = forms.CharField(label=_("件名"), max_length=300)
    classification = one_of(_("区分"), CLASSES_JA)
    severity = forms.ChoiceField(
        label=_("重要度"),
        required=False,
        choices=[("", "－"), *SEVERITIES_JA.items()],
        help_text=_("監査人の参考です。市としての評価ではありません。"),
    )
    cause_kind = forms.ChoiceField(
        label=_("原因の種類"),
        required=False,
        choices=[("", "－"), *CAUSES_JA.items()],
        help_text=_("共通のものであれば、水平展開の対象になります。"),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, label in TEXTS_JA.items():
            self.fields[name] = area(label, required=False, help_text=TEXT_HELP[name])
        for name, label in TEXTS_JA.items():
            self.fields[f"secret_{name}"] = forms.CharField(
                label=f"「{label}」を非公開とする理由", required=False, max_length=300
            )

    def open_fields(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [field for field in self if not field.name.startswith("secret_")]

    def secret_fields(self) -> list[forms.BoundField]:
        """The reasons of secrecy."""
        return [field for field in self if field.name.startswith("secret_")]


class MeasureFindingForm(FindingForm):
    """検出事項 of a measure: always a detection, of one of the open audits or of none."""

    engagement = forms.ChoiceField(
        label=_("監査"),
        required=False,
        help_text=_("終わっていない外部監査。選ばなければ、監査事務局の検出事項とします。"),
    )

    def __init__(self, audits: Sequence[Engagement], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.fields["classification"]
        names = [(one.code, f"{one.code} {one.department.name_ja if one.department else '全庁'}") for one in audits]
        self.fields["engagement"].choices = [("", _("監査によらない")), *names]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """事実誤認の確認."""

    answer = one_of(_("回答"), FACT_ANSWERS_JA)
    text_ja = area(_("意見"), required=False, help_text=_("相違がある場合は、どこがどう違うかを書いてください。"))


class DecisionForm(forms.Form):
    """What becomes of it after a disagreement."""

    decision = one_of(_("判断"), DECISIONS_JA)
    decision_ja = area(_("判断の理由"), help_text=_("対象所属に示されます。"))


class PlanForm(forms.Form):
    """改善計画. What is missing is told by the rule, all at once."""

    measure_ja = area(_("改善の措置"), required=False)
    owner_ja = forms.CharField(label=_("担当者"), max_length=100, required=False)
    due_on = forms.DateField(
        label=_("改善の期限"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    promised_fiscal_year = forms.TypedChoiceField(label=_("改善予定年度"), coerce=int, required=False, empty_value=None)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        first = fiscal_year_of(timezone.localdate())
        years = [*range(first, first + YEARS_AHEAD)]
        promised = self.initial.get("promised_fiscal_year")
        if promised and promised not in years:
            years = [promised, *years]
        field = self.fields["promised_fiscal_year"]
        field.choices = [("", "－"), *((year, era_year_ja(year)) for year in years)]  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    """改善の報告."""

    improved_on = day(_("改善した日"))
    done_note_ja = area(_("行った措置"))
    evidence = files()


class VerifyForm(forms.Form):
    """改善の確認 by another person."""

    verified_on = day(_("確認日"))
    verify_note_ja = area(_("確認の方法"), help_text=_("何を、どう確かめたか。"))


class SendBackForm(forms.Form):
    """The report does not show it yet."""

    verify_note_ja = area(_("差戻しの理由"), help_text=_("対象所属に示されます。"))


class AskAcceptanceForm(forms.Form):
    """The department asks to leave the risk."""

    acceptance_asked_ja = area(
        _("リスク受容を求める理由"), required=False, help_text=_("空欄で保存すると、求めを取り下げます。")
    )


class AcceptanceForm(forms.Form):
    """リスク受容."""

    approver_ja = forms.CharField(label=_("承認者"), max_length=100, help_text=_("決定した方の職名・氏名。"))
    reason_ja = area(_("リスク受容の理由"))
    accepted_on = day(_("承認日"))
    review_on = day(_("見直し日"), _("この日を過ぎると「見直し時期」になります。"))


class CarryOverForm(forms.Form):
    """繰越."""

    reason_ja = area(_("繰越の理由"))


class RolloutForm(forms.Form):
    """水平展開の依頼. The departments are chosen beside it."""

    title_ja = forms.CharField(label=_("件名"), max_length=200)
    request_ja = area(
        _("依頼の内容"), help_text=_("ほかの所属が読みます。検出した所属が分かる書き方は避けてください。"), rows=6
    )
    due_on = day(_("回答の期限"))


class RolloutAnswerForm(forms.Form):
    """水平展開への回答."""

    answer = one_of(_("回答"), {"same": "同じ状況がある", "not_the_case": "該当しない", "fixed": "対応済み"})
    answer_ja = area(_("確認した内容"), help_text=_("何を確かめ、何を行った（行う）か。"))
    evidence = files()


class ClosingForm(forms.Form):
    """Ends a rollout."""

    closing_ja = area(_("結果のまとめ"))


class PlansDueForm(forms.Form):
    """The day by which the office asks for the plans of an audit."""

    plan_due_on = day(_("改善計画の提出期限"))
