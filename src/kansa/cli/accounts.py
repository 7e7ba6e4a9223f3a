"""The commands about who may sign in: the first administrator, a forgotten password, the accounts of the demo."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace

from kansa.cli.outcome import Outcome
from kansa.cli.setting_up import operator, start_django
from kansa.core.errors import InputError, Place, Refusal, RuleError


def typed_password() -> str:
    """A password typed twice without echo, or the first line of what is piped in. Raises InputError."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("パスワード（12文字以上）：")
    if first != getpass.getpass("もう一度："):
        raise InputError(Refusal("not_the_same", "2回の入力が一致しません。", Place(column="パスワード")))
    return first


def add_administrator(options: Namespace) -> Outcome:
    """Makes the first account; there is no default one."""
    start_django()
    from kansa.apps.people.actions import first_administrator

    account = first_administrator(operator(), options.login, options.name, typed_password())
    lines = [f"管理者「{account.login}」を登録しました。", "「kansa serve」で画面を開き、サインインしてください。"]
    return Outcome(lines, {"login": account.login})


def reset_password(options: Namespace) -> Outcome:
    """Gives a passing password from the console: when no administrator can sign in any more."""
    start_django()
    from kansa.apps.people import actions
    from kansa.apps.people.models import Account

    account = Account.objects.visible_to(operator()).filter(login=options.login.strip().lower()).first()
    if account is None:
        raise RuleError("no_such_account", f"ログイン名「{options.login}」のアカウントはありません。")
    actions.reset_password(operator(), account.pk, typed_password())
    return Outcome(
        [f"「{account.login}」に仮のパスワードを付けました。次のサインインで変更します。"], {"login": account.login}
    )


def add_demo_accounts() -> list[str]:
    """One account for each role of the sample city, with this fiscal year's appointments; the lines that list them."""
    from django.utils import timezone

    from kansa.apps.people import actions
    from kansa.apps.people.actions import Duty
    from kansa.apps.people.models import Account
    from kansa.apps.people.queries import demo_password, department_book
    from kansa.core.fiscal import fiscal_year_of
    from kansa.core.permission import ROLES_JA
    from kansa.sample.accounts import DEMO_ACCOUNTS, FIRM_JA

    actor, this_year = operator(), fiscal_year_of(timezone.localdate())
    firm = actions.register_firm(actor, FIRM_JA)
    book = department_book(actor.municipality_id)
    for one in DEMO_ACCOUNTS:
        if Account.objects.filter(login=one.login).exists():
            continue
        department = book.find(one.department_code, this_year) if one.department_code else None
        duty = Duty(one.role, this_year, department.pk if department else None, firm.pk if one.is_of_firm else None)
        actions.add_account(
            actor,
            one.login,
            one.name_ja,
            staff_number=one.staff_number,
            valid_through=this_year,
            password=demo_password(one.login),
            duties=[duty] if one.role else [],
            must_change_password=False,
        )
    return [
        f"　{one.login:<12}{demo_password(one.login)}　{ROLES_JA.get(one.role, '役割なし')}（{one.name_ja}）"
        for one in DEMO_ACCOUNTS
    ]
