"""Can the administrator give, renew and take away accounts and roles on the pages, and is what must not be refused?"""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from kansa.apps.people.actions import Duty, add_account, appoint, disable_account, register_firm
from kansa.apps.people.models import Account, Appointment, AuditFirm, FormerPost
from kansa.apps.people.queries import department_book, is_locked
from kansa.apps.trail.models import Event
from kansa.core.errors import InputError, RuleError
from tests.builders import department, imported, staff
from tests.cast import (
    CITY,
    CLERK,
    FIRM_JA,
    account_named,
    actor_named,
    browser_of,
    firm_named,
    sign_up,
    this_fiscal_year,
)

THIS_YEAR = this_fiscal_year()
PASSWORD = re.compile(r'<code class="once">([^<]+)</code>')

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("offices")]


@pytest.fixture
def offices(city: object) -> None:
    """Two departments, an administrator and a clerk."""
    imported("departments", [department("101"), department("102")])
    sign_up("administrator", "clerk")


@pytest.fixture
def office() -> Client:
    """The administrator's browser."""
    return browser_of("administrator")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def new_account(office: Client, **fields: str) -> object:
    values = {
        "login": "yamada",
        "name_ja": "山田　花子",
        "valid_through": str(THIS_YEAR),
        "fiscal_year": str(THIS_YEAR),
        "role": "staff_member",
        "way": "made",
    }
    return office.post("/accounts/add/", values | fields)


def sign_in(login: str, password: str) -> object:
    return Client().post("/account/login/", {"login": login, "password": password})


def test_the_made_password_is_shown_once_works_and_has_to_be_changed(office: Client) -> None:
    found = PASSWORD.search(text(new_account(office)))
    assert found
    password = found[1]
    assert not PASSWORD.search(text(office.get("/accounts/of/yamada/")))
    assert password not in str(list(Event.objects.values_list("before", "after")))
    browser = Client()
    browser.post("/account/login/", {"login": "yamada", "password": password})
    answer = browser.get("/own/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/password/")


def test_two_made_passwords_differ(office: Client) -> None:
    first = PASSWORD.search(text(new_account(office)))
    second = PASSWORD.search(text(office.post("/accounts/of/yamada/password/", {"way": "made"})))
    assert first and second and first[1] != second[1]
    assert "違います" in text(sign_in("yamada", first[1]))


def test_an_account_without_a_password_cannot_use_one(office: Client) -> None:
    assert "ディレクトリかシングルサインオン" in text(new_account(office, way="none"))
    assert not Account.objects.get(login="yamada").has_usable_password()
    assert "違います" in text(sign_in("yamada", "some password"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"login": "clerk"}, "既に使われています"),
        ({"login": "山田"}, "半角の英小文字"),
        ({"name_ja": " "}, "必須"),
        ({"way": "typed", "password": "short"}, "12"),
        ({"way": "typed", "login": "yamadahanako", "password": "yamadahanako1"}, "ログイン名 と似すぎ"),
        ({"role": "auditee_head"}, "課所等を選んでください"),
        ({"role": "external_auditor"}, "監査事業者を選んでください"),
        ({"role": "king"}, "選択"),
    ],
)
def test_a_wrong_form_comes_back_with_its_reason_and_adds_nothing(
    office: Client, fields: dict[str, str], words: str
) -> None:
    count = Account.objects.count()
    assert words in text(new_account(office, **fields))
    assert Account.objects.count() == count
    assert not Appointment.objects.filter(account__login="yamada").exists()


def test_a_department_left_in_the_form_is_forgotten_when_the_role_has_no_use_for_it(office: Client) -> None:
    number = department_book(CITY).find("101", THIS_YEAR)
    assert number is not None
    new_account(office, role="ciso", department=str(number.pk))
    assert Appointment.objects.get(account__login="yamada").department is None


def test_the_list_is_searched_and_narrowed(office: Client) -> None:
    new_account(office, login="suzuki", name_ja="鈴木　一", staff_number="S777")
    disable_account(actor_named("administrator"), Account.objects.get(login="suzuki").pk)

    def shown(query: str) -> set[str]:
        return set(re.findall(r'href="/accounts/of/([^/]+)/"', text(office.get(f"/accounts/?{query}"))))

    assert shown("") == {"administrator", "clerk", "suzuki"}
    assert shown("q=鈴木") == shown("q=S777") == shown("state=disabled") == {"suzuki"}
    assert shown("state=active") == {"administrator", "clerk"}
    assert shown("role=audit_clerk") == {"clerk"}
    assert shown(f"role=audit_clerk&year={THIS_YEAR - 1}") == set()
    Account.objects.filter(login="clerk").update(valid_through=THIS_YEAR - 1)
    assert shown("state=expired") == {"clerk"}
    assert "当てはまるアカウントはありません" in text(office.get("/accounts/?q=いない人"))


def test_fifty_accounts_a_page(office: Client) -> None:
    for number in range(51):
        add_account(CLERK, f"person{number:02}", "某", valid_through=THIS_YEAR, password=None)
    assert "53件のうち1〜50件目" in text(office.get("/accounts/"))
    assert "53件のうち51〜53件目" in text(office.get("/accounts/?page=2"))


def test_roles_are_given_and_taken_away(office: Client) -> None:
    one = department_book(CITY).find("101", THIS_YEAR)
    assert one is not None
    duty = {"role": "auditee_head", "fiscal_year": str(THIS_YEAR), "department": str(one.pk)}
    assert office.post("/accounts/of/clerk/appoint/", duty).status_code == 302
    assert "既に任命されています" in text(office.post("/accounts/of/clerk/appoint/", duty))
    made = Appointment.objects.get(role="auditee_head")
    assert "第101課" in text(office.get(f"/accounts/dismiss/{made.pk}/"))
    assert Appointment.objects.filter(pk=made.pk).exists()
    office.post(f"/accounts/dismiss/{made.pk}/")
    assert not Appointment.objects.filter(pk=made.pk).exists()
    assert Event.objects.filter(verb="dismiss", object_key="clerk").get().before["department"] == "101"


def test_the_last_administrator_and_the_own_account_stay(office: Client) -> None:
    own = Appointment.objects.get(role="administrator")
    assert "最後の管理者" in text(office.post(f"/accounts/dismiss/{own.pk}/", follow=True))
    assert "自分のアカウントは停止できません" in text(office.post("/accounts/of/administrator/disable/", follow=True))
    assert account_named("administrator").is_active and Appointment.objects.filter(pk=own.pk).exists()


def test_an_account_is_closed_opened_and_renewed(office: Client) -> None:
    assert "停止します" in text(office.get("/accounts/of/clerk/disable/"))
    assert account_named("clerk").is_active
    office.post("/accounts/of/clerk/disable/")
    assert not account_named("clerk").is_active
    office.post("/accounts/of/clerk/enable/")
    assert account_named("clerk").is_active
    office.post("/accounts/of/clerk/renew/", {"valid_through": str(THIS_YEAR + 2)})
    assert account_named("clerk").valid_through == THIS_YEAR + 2
    for year in (str(THIS_YEAR - 1), "x", ""):
        assert "年度" in text(office.post("/accounts/of/clerk/renew/", {"valid_through": year}, follow=True))
    assert account_named("clerk").valid_through == THIS_YEAR + 2


def test_five_wrong_passwords_lock_and_the_administrator_unlocks(office: Client) -> None:
    found = PASSWORD.search(text(new_account(office)))
    assert found
    for _time in range(5):
        assert "違います" in text(sign_in("yamada", "wrong"))
    assert "5分間使えません" in text(sign_in("Yamada", found[1]))  # the right one, in other letters
    assert is_locked(Account.objects.get(login="yamada"))
    page = text(office.get("/accounts/of/yamada/"))
    assert "ロックを解除する" in page and "サインイン失敗" in page
    office.post("/accounts/of/yamada/unlock/")
    assert not is_locked(Account.objects.get(login="yamada"))
    assert sign_in("yamada", found[1]).status_code == 302  # type: ignore[attr-defined]
    assert Event.objects.filter(verb="unlock", object_key="yamada").count() == 1


def test_a_lost_second_factor_is_taken_away_and_the_trail_says_so(office: Client) -> None:
    account = account_named("clerk")
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=account, type=kind, data={})
    assert "二要素認証を取り外す" in text(office.get("/accounts/of/clerk/"))
    assert "本人であることが分かる方法" in text(office.get("/accounts/of/clerk/factors/"))
    assert Authenticator.objects.filter(user=account).count() == 2
    office.post("/accounts/of/clerk/factors/")
    assert not Authenticator.objects.filter(user=account).exists()
    told = Event.objects.get(verb="remove_factors").before
    assert told == {"factors": ["recovery_codes", "totp"]}
    office.post("/accounts/of/clerk/factors/")
    assert Event.objects.filter(verb="remove_factors").count() == 1


def test_the_lock_does_not_depend_on_the_name_of_the_server(office: Client, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    new_account(office)
    for number in range(5):
        Client().post("/account/login/", {"login": "yamada", "password": "x"}, HTTP_HOST=f"kansa{number}.example")
    assert is_locked(Account.objects.get(login="yamada"))


def test_last_years_roles_are_previewed_and_copied(office: Client) -> None:
    for login in ("good", "closed", "ended", "of-firm"):
        add_account(CLERK, login, login, valid_through=THIS_YEAR - 1, password=None)
    ending = department_book(CITY).find("102", THIS_YEAR - 1)
    firm = register_firm(CLERK, FIRM_JA)
    assert ending is not None
    duties = {
        "good": Duty("staff_auditor", THIS_YEAR - 1),
        "closed": Duty("staff_auditor", THIS_YEAR - 1),
        "ended": Duty("auditee_head", THIS_YEAR - 1, ending.pk),
        "of-firm": Duty("external_auditor", THIS_YEAR - 1, firm_id=firm.pk),
    }
    for login, duty in duties.items():
        appoint(CLERK, Account.objects.get(login=login).pk, duty)
    ending.valid_to = THIS_YEAR - 1
    ending.save()
    disable_account(CLERK, Account.objects.get(login="closed").pk)
    AuditFirm.objects.update(is_contracted=False)
    page = text(office.get("/accounts/copy/"))
    assert "写す任命（1件）" in page and "写さない任命（3件）" in page
    for reason in ("停止されています", "なくなります", "契約が終わっています"):
        assert reason in page
    assert not Appointment.objects.filter(account__login="good", fiscal_year=THIS_YEAR).exists()
    office.post("/accounts/copy/", {"fiscal_year": str(THIS_YEAR)})
    given = Appointment.objects.filter(fiscal_year=THIS_YEAR).values_list("account__login", flat=True)
    assert set(given) == {"administrator", "clerk", "good"}
    assert Account.objects.get(login="good").valid_through == THIS_YEAR
    office.post("/accounts/copy/", {"fiscal_year": str(THIS_YEAR)})
    assert Appointment.objects.filter(fiscal_year=THIS_YEAR).count() == 3


def test_the_end_of_a_contract_ends_the_roles_of_its_people_but_not_of_the_past(office: Client) -> None:
    sign_up("external", "other_firm")
    person = account_named("external")
    firm = firm_named()
    appoint(CLERK, person.pk, Duty("external_auditor", THIS_YEAR - 1, firm_id=firm.pk))
    assert person.login in text(office.get(f"/firms/{firm.pk}/end/"))
    office.post(f"/firms/{firm.pk}/end/")
    years = Appointment.objects.filter(account=person).values_list("fiscal_year", flat=True)
    assert list(years) == [THIS_YEAR - 1]
    assert Appointment.objects.filter(account=account_named("other_firm")).count() == 1
    with pytest.raises(InputError, match="契約が終わっています"):
        appoint(CLERK, person.pk, Duty("external_auditor", THIS_YEAR, firm_id=firm.pk))
    office.post("/firms/", {"name_ja": FIRM_JA})
    assert firm_named().is_contracted


def test_former_posts_are_entered_and_removed_and_the_trail_names_nobody(office: Client) -> None:
    imported("staff", [staff("S001", "101", fiscal_year=THIS_YEAR)])
    values = {"fiscal_year": str(THIS_YEAR - 3), "department": "102", "post_ja": "主査"}
    assert office.post("/staff/of/S001/", values).status_code == 302
    page = text(office.get("/staff/of/S001/"))
    assert "第101課" in page and "第102課" in page and "主査" in page
    assert "既に登録されています" in text(office.post("/staff/of/S001/", values))
    told = str(list(Event.objects.filter(object_kind="former_post").values_list("object_key", "before", "after")))
    assert "S001" not in told and "102" in told
    office.post(f"/staff/posts/{FormerPost.objects.get().pk}/remove/")
    assert not FormerPost.objects.exists()


def test_a_post_in_a_department_that_did_not_exist_is_refused(office: Client) -> None:
    imported("departments", [department("109", valid_from=THIS_YEAR)])
    imported("staff", [staff("S001", "101", fiscal_year=THIS_YEAR)])
    values = {"fiscal_year": str(THIS_YEAR - 3), "department": "109"}
    assert "存在しません" in text(office.post("/staff/of/S001/", values))
    assert not FormerPost.objects.exists()
    assert office.get("/staff/of/S999/").status_code == 404


def test_the_roster_is_searched() -> None:
    imported("staff", [staff("S001", "101", fiscal_year=THIS_YEAR), staff("S002", "102", fiscal_year=THIS_YEAR)])
    page = text(browser_of("clerk").get("/staff/?q=第102課"))
    assert "S002" in page and "S001" not in page


def test_accounts_of_another_city_do_not_exist_here(office: Client) -> None:
    from kansa.apps.people.models import Municipality

    other = Municipality.objects.create(pk=2, name_ja="他市")
    Account.objects.create(municipality=other, login="stranger", name_ja="他", valid_through=THIS_YEAR)
    assert "stranger" not in text(office.get("/accounts/"))
    for path in ("", "appoint/", "disable/", "password/"):
        assert office.get(f"/accounts/of/stranger/{path}").status_code == 404
    with pytest.raises(RuleError, match="ありません"):
        disable_account(actor_named("administrator"), Account.objects.get(login="stranger").pk)


@pytest.mark.parametrize("act", ["disable", "enable", "renew", "unlock", "password", "appoint"])
def test_the_clerk_manages_no_accounts(act: str) -> None:
    assert browser_of("clerk").post(f"/accounts/of/administrator/{act}/").status_code == 403
    assert account_named("administrator").is_active
