"""What do the pages of accounts, staff and firms ask for?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kansa.apps.people.actions.organisation import NewDepartment
from kansa.apps.people.models import AuditFirm, Department
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import DEPARTMENT_ROLES, FIRM_ROLES, ROLES_JA, Actor
from kansa.formats.words import DEPARTMENT_KINDS

NOTHING = ("", "－")
PARTS = (1, 2, 3, 4)  # departments that one may be split into at once
MADE, TYPED, NONE = "made", "typed", "none"
WAYS = (
    (MADE, gettext_lazy("仮のパスワードを kansa が作る（次の画面で一度だけ表示）")),
    (TYPED, gettext_lazy("仮のパスワードを入力する")),
)
NO_PASSWORD = (NONE, gettext_lazy("パスワードなし（ディレクトリかシングルサインオンだけで使う）"))

Choices = list[tuple[Any, Any]]


def year_choices(years: Iterable[int]) -> Choices:
    """Fiscal years to choose from."""
    return [(year, era_year_ja(year)) for year in years]


def departments_of(actor: Actor, fiscal_year: int) -> list[Department]:
    """課所等 of a year, by bureau and code."""
    rows = Department.objects.visible_to(actor).filter(valid_from__lte=fiscal_year).exclude(valid_to__lt=fiscal_year)
    return list(rows.order_by("bureau_ja", "code"))


def by_bureau(departments: Iterable[Department], *, with_code: bool = False) -> Choices:
    """Departments to choose from, grouped by bureau; the value is the row's number, or its code."""
    groups: dict[str, Choices] = {}
    for one in departments:
        value: object = one.code if with_code else one.pk
        groups.setdefault(one.bureau_ja, []).append((value, f"{one.name_ja}（{one.code}）"))
    return [NOTHING, *groups.items()]


class DutyForm(forms.Form):
    """A role in a fiscal year; department and firm where the role needs one."""

    role = forms.ChoiceField(label=gettext_lazy("役割"))
    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    department = forms.TypedChoiceField(
        label=gettext_lazy("課所等"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("「被監査部門の長」「被監査部門の担当」のときに選びます。"),
    )
    firm = forms.TypedChoiceField(
        label=gettext_lazy("監査事業者"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("「外部監査人」のときに選びます。"),
    )

    def __init__(self, *arguments: Any, actor: Actor, this_year: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["role"].choices = [NOTHING, *ROLES_JA.items()]  # type: ignore[attr-defined]
        self.fields["fiscal_year"].choices = year_choices((this_year, this_year + 1))  # type: ignore[attr-defined]
        known = {one.pk: one for year in (this_year, this_year + 1) for one in departments_of(actor, year)}
        self.fields["department"].choices = by_bureau(known.values())  # type: ignore[attr-defined]
        firms = AuditFirm.objects.visible_to(actor).filter(is_contracted=True).order_by("name_ja")
        self.fields["firm"].choices = [NOTHING, *firms.values_list("pk", "name_ja")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Forgets a department or firm that the chosen role has no use for: the browser sends every field."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("role") not in DEPARTMENT_ROLES:
            data["department"] = None
        if data.get("role") not in FIRM_ROLES:
            data["firm"] = None
        return data


class PasswordForm(forms.Form):
    """Which passing password to give."""

    way = forms.ChoiceField(
        label=gettext_lazy("サインインの方法"), widget=forms.RadioSelect, choices=WAYS, initial=MADE, required=False
    )
    password = forms.CharField(
        label=gettext_lazy("パスワード"),
        required=False,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("「入力する」を選んだときだけ。12文字以上。本人が最初のサインインで変更します。"),
    )


class AccountForm(DutyForm, PasswordForm):
    """A new account, with its first role."""

    login = forms.CharField(
        label=gettext_lazy("ログイン名"),
        max_length=60,
        help_text=gettext_lazy(
            "半角の英小文字・数字・記号（._@+-）2〜60文字。シングルサインオンを使うときは、そこでの名前と同じにします。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name_ja = forms.CharField(label=gettext_lazy("氏名"), max_length=100)
    staff_number = forms.CharField(
        label=gettext_lazy("職員番号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("職員のときに入力します。監査員の割当てと、過去の所属の確認に使います。"),
    )
    valid_through = forms.TypedChoiceField(
        label=gettext_lazy("有効期限の年度"),
        coerce=int,
        help_text=gettext_lazy("この年度の末日まで使えます。続けて使うときは更新します。"),
    )
    field_order = ("login", "name_ja", "staff_number", "valid_through", "role", "fiscal_year", "department", "firm")

    def __init__(self, *arguments: Any, actor: Actor, this_year: int, **options: Any) -> None:
        super().__init__(*arguments, actor=actor, this_year=this_year, **options)
        years = year_choices(range(this_year, this_year + 4))
        self.fields["valid_through"].choices = years  # type: ignore[attr-defined]
        self.fields["role"].required = False
        self.fields["fiscal_year"].required = False
        self.fields["way"].choices = (*WAYS, NO_PASSWORD)  # type: ignore[attr-defined]


class FirmForm(forms.Form):
    """An audit firm."""

    name_ja = forms.CharField(label=gettext_lazy("監査事業者"), max_length=120)


class FormerPostForm(forms.Form):
    """Where a person worked in an earlier year."""

    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    department = forms.ChoiceField(
        label=gettext_lazy("所属コード"), help_text=gettext_lazy("その年度にあった課所等を選びます。")
    )
    post_ja = forms.CharField(label=gettext_lazy("職名"), max_length=100, required=False)

    def __init__(self, *arguments: Any, actor: Actor, this_year: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        years = year_choices(range(this_year, this_year - 15, -1))
        self.fields["fiscal_year"].choices = [NOTHING, *years]  # type: ignore[attr-defined]
        known: dict[str, Department] = {}
        for one in Department.objects.visible_to(actor).order_by("bureau_ja", "code", "-valid_from"):
            known.setdefault(one.code, one)
        self.fields["department"].choices = by_bureau(known.values(), with_code=True)  # type: ignore[attr-defined]


class NewDepartmentForm(forms.Form):
    """What is typed of a department."""

    code = forms.CharField(
        label=gettext_lazy("所属コード"),
        max_length=40,
        help_text=gettext_lazy("先頭の０も意味をもちます。使い終わったコードは、後の年度で再び使えます。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name_ja = forms.CharField(label=gettext_lazy("課所等名"), max_length=120)
    bureau_ja = forms.CharField(label=gettext_lazy("部局"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("種別"), choices=list(DEPARTMENT_KINDS.ja.items()))

    def new_department(self) -> NewDepartment:
        """The department of a valid form."""
        return NewDepartment(*(self.cleaned_data[name] for name in ("code", "name_ja", "bureau_ja", "kind")))


class BeginningForm(NewDepartmentForm):
    """A department that begins in a fiscal year."""

    fiscal_year = forms.TypedChoiceField(
        label=gettext_lazy("開始年度"), coerce=int, help_text=gettext_lazy("この年度の4月1日からの組織です。")
    )

    def __init__(self, *arguments: Any, this_year: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        years = year_choices(range(this_year + 1, this_year - 16, -1))
        self.fields["fiscal_year"].choices = years  # type: ignore[attr-defined]


class CorrectionForm(NewDepartmentForm):
    """What was wrong from the beginning."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.fields["code"]

    def corrected(self, code: str) -> NewDepartment:
        """The department of a valid form; its code stays."""
        return NewDepartment(code, *(self.cleaned_data[name] for name in ("name_ja", "bureau_ja", "kind")))


class MergerForm(BeginningForm):
    """Departments that become one."""

    merged = forms.TypedMultipleChoiceField(
        label=gettext_lazy("統合する課所等"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("merged", "fiscal_year", "code", "name_ja", "bureau_ja", "kind")

    def __init__(self, *arguments: Any, departments: Iterable[Department], **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(one.pk, f"{one.name_ja}（{one.code}）") for one in departments]
        self.fields["merged"].choices = choices  # type: ignore[attr-defined]

    def clean_merged(self) -> list[int]:
        """Two at least: one alone is renamed."""
        chosen: list[int] = self.cleaned_data["merged"]
        if len(chosen) < 2:
            raise forms.ValidationError(gettext_lazy("二つ以上選んでください。一つだけなら「名称変更」です。"))
        return chosen


class DivisionForm(forms.Form):
    """Departments that one is split into."""

    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("開始年度"), coerce=int)
    stays = forms.BooleanField(label=gettext_lazy("もとの課所等も残る（一部だけが分かれる）"), required=False)

    def __init__(self, *arguments: Any, this_year: int, department: Department, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.department = department
        years = year_choices(range(this_year + 1, this_year - 16, -1))
        self.fields["fiscal_year"].choices = years  # type: ignore[attr-defined]
        for place in PARTS:
            words = {"number": place}
            self.fields[f"code_{place}"] = forms.CharField(
                label=gettext_lazy("分割後%(number)sの所属コード") % words, max_length=40, required=place == 1
            )
            self.fields[f"name_{place}"] = forms.CharField(
                label=gettext_lazy("分割後%(number)sの課所等名") % words, max_length=120, required=place == 1
            )
            self.fields[f"bureau_{place}"] = forms.CharField(
                label=gettext_lazy("分割後%(number)sの部局") % words,
                max_length=120,
                required=False,
                help_text=gettext_lazy("空欄のときは、もとの部局です。"),
            )

    def clean(self) -> dict[str, Any]:
        """A part needs both its code and its name."""
        data: dict[str, Any] = super().clean() or {}
        for place in PARTS:
            code, name = data.get(f"code_{place}"), data.get(f"name_{place}")
            if bool(code) != bool(name):
                self.add_error(
                    f"name_{place}" if code else f"code_{place}", gettext_lazy("コードと名称の両方を入力してください。")
                )
        return data

    def parts(self) -> list[NewDepartment]:
        """The departments of a valid form; empty lines left out."""
        data, old = self.cleaned_data, self.department
        return [
            NewDepartment(data[f"code_{one}"], data[f"name_{one}"], data[f"bureau_{one}"] or old.bureau_ja, old.kind)
            for one in PARTS
            if data[f"code_{one}"]
        ]


class ClosingForm(forms.Form):
    """The last year of a department."""

    last_year = forms.TypedChoiceField(
        label=gettext_lazy("終了年度"), coerce=int, help_text=gettext_lazy("この年度の末日までの組織です。")
    )

    def __init__(self, *arguments: Any, this_year: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        years = year_choices(range(this_year + 1, this_year - 16, -1))
        self.fields["last_year"].choices = years  # type: ignore[attr-defined]
