"""Who may sign in, in which fiscal year, and as what?

One row is one role of one person in one year: whoever has two roles, or a role in two departments, has two rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kansa.core.errors import Refusal
from kansa.core.permission import DEPARTMENT_ROLES, FIRM_ROLES
from kansa.formats.readers.columns import FISCAL_YEAR
from kansa.formats.readers.spec import ReaderSpec, read_rows, refused, unique
from kansa.formats.records import AccountRecord, ReadResult
from kansa.formats.tables import Column, Row, TableSpec
from kansa.formats.tables.kinds import CODE, LINE, WORD, YEAR
from kansa.formats.words import ACCOUNT_ROLES

LOGIN, ROLE, DEPARTMENT, FIRM = "ログイン名", "役割", "所属コード", "監査事業者"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,59}")

TABLE = TableSpec(
    "利用者",
    (
        FISCAL_YEAR,
        Column(
            "login",
            LOGIN,
            CODE,
            "サインインに使う名前。半角の英数字と記号（._@+-）２〜60文字。大文字は小文字とみなします。",
            "kansa.taro",
            ("ログインID", "利用者ID", "ユーザー名", "ユーザID"),
            required=True,
        ),
        Column("name_ja", "氏名", LINE, "利用者の氏名。", "職員０１２３", ("名前", "利用者名"), required=True),
        Column(
            "staff_number",
            "職員番号",
            CODE,
            "職員の番号。職員でない人（監査事業者など）は空欄。",
            "000123",
            ("職員コード", "職員ID"),
        ),
        Column(
            "role",
            ROLE,
            WORD,
            "その年度の役割。役割が二つある人は二行に書きます。",
            "監査員",
            ("権限", "監査での役割"),
            words=ACCOUNT_ROLES,
            required=True,
        ),
        Column(
            "department_code",
            DEPARTMENT,
            CODE,
            "課所等の表の所属コード。被監査部門の長と担当には必要です。",
            "0101",
            ("課所コード", "所属番号", "部署コード", "組織コード"),
        ),
        Column(
            "firm_ja",
            FIRM,
            LINE,
            "外部監査人が属する事業者の名称。外部監査人だけに書きます。",
            "○○監査法人",
            ("受託事業者", "監査法人", "事業者名"),
        ),
        Column(
            "valid_through",
            "有効期限の年度",
            YEAR,
            "この年度の末日を過ぎるとサインインできません。空欄のときは、役割の年度まで。",
            "令和６年度",
            ("有効期限", "有効年度"),
        ),
    ),
    remark_headers=("備考", "メモ", "No", "No.", "番号", "課所等名", "課所名", "所属名", "部局名", "職名"),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The roles of a file, in its order."""
    whose = unique(_role, "同じ年度の同じ人の役割", ROLE)
    return read_rows(data, file_name, TABLE, _build, (whose, _login_names, _persons, _roles, _years))


def _build(row: Row) -> Iterable[AccountRecord]:
    login = str(row.values["login"]).lower()
    yield AccountRecord(**{**row.values, "login": login}, source=row.source)  # type: ignore[arg-type]


def _role(account: AccountRecord) -> tuple[int, str, str, str]:
    return account.fiscal_year, account.login, account.role, account.department_code


def _login_names(accounts: Sequence[AccountRecord]) -> Iterator[Refusal]:
    for account in accounts:
        if _LOGIN.fullmatch(account.login) is None:
            yield refused(
                account,
                "bad_login",
                f"ログイン名「{account.login[:40]}」は使えません。"
                "半角の英数字と記号（._@+-）２〜60文字で入力してください。",
                LOGIN,
            )


def _persons(accounts: Sequence[AccountRecord]) -> Iterator[Refusal]:
    """One login name is one person, and says so in every row."""
    first: dict[str, AccountRecord] = {}
    for account in accounts:
        known = first.setdefault(account.login, account)
        if (known.name_ja, known.staff_number) != (account.name_ja, account.staff_number):
            yield refused(
                account,
                "account_of_two",
                f"ログイン名「{account.login[:40]}」の氏名又は職員番号が{known.source.row}行目と違います。"
                "一つのログイン名を二人で使うことはできません。",
                LOGIN,
            )


def _roles(accounts: Sequence[AccountRecord]) -> Iterator[Refusal]:
    """What a role needs besides, and what it cannot have."""
    for account in accounts:
        role = ACCOUNT_ROLES.ja[account.role]
        if account.role in DEPARTMENT_ROLES and not account.department_code:
            yield refused(account, "department_missing", f"「{role}」には所属コードを入力してください。", DEPARTMENT)
        if account.role in FIRM_ROLES and not account.firm_ja:
            yield refused(account, "firm_missing", f"「{role}」には監査事業者を入力してください。", FIRM)
        if account.role not in FIRM_ROLES and account.firm_ja:
            yield refused(account, "firm_contradicts", f"「{role}」の監査事業者は空欄にしてください。", FIRM)


def _years(accounts: Sequence[AccountRecord]) -> Iterator[Refusal]:
    for account in accounts:
        if account.valid_through is not None and account.valid_through < account.fiscal_year:
            yield refused(
                account,
                "end_before_start",
                f"有効期限の年度（{account.valid_through}年度）が、役割の年度（{account.fiscal_year}年度）より前です。",
                "有効期限の年度",
            )


SPEC = ReaderSpec("accounts", "利用者", (TABLE,), read)
