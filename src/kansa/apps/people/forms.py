"""What do the pages of accounts, staff and firms ask for?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kansa.apps.people.models import AuditFirm, Department
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import DEPARTMENT_ROLES, FIRM_ROLES, ROLES_JA, Actor

NOTHING = ("", "－")
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
