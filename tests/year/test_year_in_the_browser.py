"""Does one audit of each kind, done by everybody on the screen, come out in the printed report as it was judged?

Three audits of one year: by a contracted firm, by an auditor of the staff, and a special one that the CISO ordered.
The figures expected of the report are computed here by hand from what is judged below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kansa.apps.people.actions import first_administrator, prepare_municipality
from kansa.core.fiscal import era_year_ja
from tests.browsing import CHROMIUM
from tests.cast import CLERK, this_fiscal_year
from tests.document.extract import pdf_text, squeezed
from tests.year import screens
from tests.year.screens import OWN, Audit, City, Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine"),
]

YEAR = this_fiscal_year()
OFFICE = "hajime"
FIRM_JA = "あおば監査法人"
GENERAL, CITIZENS, TAXES = "総務課（101）", "市民課（102）", "税務課（103）"
PEOPLE = (
    Person("aoba.ichiro", "青葉　一郎", "外部監査人", firm_ja=FIRM_JA),
    Person("hanako", "監査　花子", "内部監査員", staff_number="S001"),
    Person("soumu.cho", "総務　課長", "被監査部門の長", department=GENERAL),
    Person("soumu.tantou", "総務　担当", "被監査部門の担当", department=GENERAL),
    Person("shimin.cho", "市民　課長", "被監査部門の長", department=CITIZENS),
    Person("zeimu.cho", "税務　課長", "被監査部門の長", department=TAXES),
    Person("ciso", "副　市長", "最高情報セキュリティ責任者"),
)
DEPARTMENTS = f"""所属コード,課所等名,部局,種別,開始年度,終了年度
101,総務課,総務部,本庁,{YEAR},
102,市民課,市民部,本庁,{YEAR},
103,税務課,総務部,本庁,{YEAR},
104,会計課,総務部,本庁,{YEAR},
"""
STAFF = f"年度,職員番号,氏名,所属コード,監査員\n{YEAR},S001,監査　花子,104,はい\n"
ITEMS = "年度,区分,項目コード,分野,項目,着眼点,継続区分,前年度コード\n" + "".join(
    f"{YEAR},{stream_ja},{prefix}{place},{domain_ja},{domain_ja}の対策を行っているか（{place}）。,規程と記録を見る。,追加,\n"
    for stream_ja, prefix in (("外部監査", "E"), ("内部監査", "N"))
    for place, domain_ja in enumerate(("組織体制", "人的セキュリティ", "物理的セキュリティ", "技術的セキュリティ"), 1)
)

# What is judged: item, key, what was seen. Below level 3 there is a finding.
EXTERNAL_MARKS = (("E1", "4", "規程"), ("E2", "3", "名簿"), ("E3", "2", "現地"), ("E4", "2", "設定"))
INTERNAL_MARKS = (("N1", "4", "規程"), ("N2", "N", "委託した者がいない"), ("N3", "4", "現地"), ("N4", "2", "設定"))
SPECIAL_MARKS = (("N1", "1", "規程"), ("N2", "3", "名簿"), ("N3", "3", "現地"), ("N4", "3", "設定"))
LOCKS, LOGS, PASSWORDS, RULES = "書庫の施錠の不徹底", "記録の未取得", "パスワードの共用", "手順書の未整備"

# What the report has to say, computed from the marks above: (4+3+2+2)/4 = 2.75; (4+4+2)/3 = 3.33..., for N does not
# count and the special audit (1+3+3+3) is left out. External: two findings, one improved, one left as a risk. Internal:
# two findings, both improved, one of them from the special audit.
BY_HAND = (
    "確認した範囲の対策レベルの平均は2.75点であり、合格点の3.00点を下回った。",
    "検出事項2件のうち1件に改善の計画があり、半数は今年度中に改善され、又は改善の予定である。",
    "改善され確認されたものは1件、今年度中の改善を予定するものは0件、翌年度へ繰り越すものは1件である。",
    "リスク受容としたものは1件である。",
    "今年度は、1の課所等を対象とした。監査員を務めた職員は、延べ1人である。",
    "確認した範囲の対策レベルの平均は3.33点であり、合格点の3.00点を上回った。",
    "検出事項2件の全てに改善の計画があり、全てが今年度中に改善され、又は改善の予定である。",
    "改善され確認されたものは2件、今年度中の改善を予定するものは0件、翌年度へ繰り越すものは0件である。",
    "計画の外で命じられた特命監査を1件実施した。",
    "検出事項のうち1件は、特命監査によるものである。",
)
MEANS_BY_HAND = (
    ("external.mean", "2.75点", Fraction(4 + 3 + 2 + 2, 4), "総務課", EXTERNAL_MARKS),
    ("internal.mean", "3.33点", Fraction(4 + 4 + 2, 3), "市民課", INTERNAL_MARKS),
)
FINDINGS_BY_HAND = (
    ("external.finding.detected", 2, [LOCKS, LOGS]),
    ("external.finding.improved", 1, [LOCKS, LOGS]),  # the trace shows all findings it was counted among
    ("internal.finding.detected", 2, [PASSWORDS, RULES]),
    ("internal.finding.improved", 2, [PASSWORDS, RULES]),
    ("internal.special.findings", 1, [RULES]),
)


@pytest.fixture
def today() -> str:
    """The day on which everything happens."""
    return timezone.localdate().isoformat()


@pytest.fixture
def city(chromium: Any, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[City]:
    """An empty installation with its first account, prepared on the screen: rules, departments, items, people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes 0.3 s each
    prepare_municipality(CLERK)
    first_administrator(CLERK, OFFICE, "事務局　始", OWN)
    made = City(chromium, str(live_server.url))
    page = made.sign_in(OFFICE, OWN)
    page.goto("/start/")
    page.get_by_label("市区町村の名称").fill("はじめ市")
    screens.press(page, "名称を登録する")
    screens.follow(page, "よくある５段階で始める")
    screens.press(page, "この内容で始める")
    for kind, text in (("departments", DEPARTMENTS), ("staff", STAFF), ("checklist", ITEMS)):
        screens.take_in(page, kind, f"{kind}.csv", text, tmp_path)
    page.goto("/firms/")
    page.get_by_label("監査事業者").fill(FIRM_JA)
    screens.press(page, "登録する")
    for person in PEOPLE:
        screens.register(page, person)
    yield made
    made.go_home()


def external_audit(city: City, today: str, file: Path) -> Audit:
    """The firm's audit of 総務課, from the plan to the close: one finding improved, one left as a risk by the CISO."""
    office, auditor, head = city.at(OFFICE), city.at("aoba.ichiro"), city.at("soumu.cho")
    contact, ciso = city.at("soumu.tantou"), city.at("ciso")
    audit = screens.plan_audit(office, YEAR, today, stream_ja="外部監査", department="101　総務課", firm_ja=FIRM_JA)
    screens.assign(office, audit, name_ja="青葉　一郎")
    screens.move(office, audit, "実施を通知する", number="総情第１号", on=today)
    assert screens.take_letter(office, audit, "監査実施通知書").startswith(b"%PDF")
    screens.move(office, audit, "予備調査を始める")
    city.look(office, "waits-for-answers")
    answers = {item: (f"{item}は規程のとおり行っている。", "3") for item in ("E1", "E2")}
    screens.answer_survey(contact, audit, answers, file)
    screens.submit_survey(head, audit)
    screens.move(auditor, audit, "実地監査を始める")
    screens.judge_by_keyboard(auditor, audit, EXTERNAL_MARKS)
    city.look(auditor, "judged")
    screens.raise_finding(auditor, audit, "E3", LOCKS)
    screens.raise_finding(auditor, audit, "E4", LOGS)
    city.look(auditor, "raised")
    screens.move(auditor, audit, "監査調書の作成に移る")
    assert screens.take_letter(auditor, audit, "監査調書", "Word").startswith(b"PK")
    screens.move(auditor, audit, "事実誤認の確認を依頼する")
    answer_and_notify(city, audit, "soumu.cho", (LOCKS, LOGS), "総情第２号", today)
    screens.write_plan(head, audit, LOCKS, f"{YEAR + 1}-03-31", era_year_ja(YEAR))
    city.look(head, "planned")
    screens.report_done(contact, audit, LOCKS, file)
    screens.accept_risk(ciso, audit, LOGS, f"{YEAR + 1}-10-01")
    city.look(ciso, "accepted")
    screens.verify(office, audit, LOCKS)
    close(city, audit)
    return audit


def answer_and_notify(city: City, audit: Audit, head: str, titles: tuple[str, ...], number: str, today: str) -> None:
    """The head agrees with every finding, the office notifies the result, and the department begins to improve."""
    for title_ja in titles:
        screens.agree(city.at(head), audit, title_ja)
    city.look(city.at(head), "agreed")
    screens.move(city.at(OFFICE), audit, "結果を通知する", number=number, on=today)
    assert screens.take_letter(city.at(OFFICE), audit, "監査結果通知書").startswith(b"%PDF")
    screens.move(city.at(head), audit, "改善を始める")
    city.look(city.at(head), "improving")


def improve(city: City, audit: Audit, head: str, title_ja: str, file: Path) -> None:
    """The head plans and reports, 花子 verifies."""
    screens.write_plan(city.at(head), audit, title_ja, f"{YEAR + 1}-03-31", era_year_ja(YEAR))
    screens.report_done(city.at(head), audit, title_ja, file)
    screens.verify(city.at("hanako"), audit, title_ja)


def close(city: City, audit: Audit) -> None:
    """The office records the follow-up and closes."""
    office = city.at(OFFICE)
    screens.move(office, audit, "フォローアップを記録する")
    screens.move(office, audit, "終了する")
    screens.told(office, "この監査は終わっています。")
    city.look(office, f"closed-{audit.code}")


def internal_audit(city: City, today: str, file: Path) -> Audit:
    """花子's audit of 市民課, from the plan to the close, with one finding; one item does not apply."""
    office, auditor, head = city.at(OFFICE), city.at("hanako"), city.at("shimin.cho")
    audit = screens.plan_audit(office, YEAR, today, stream_ja="内部監査", department="102　市民課")
    screens.assign(office, audit, staff_ja="監査　花子（会計課）")
    screens.move(office, audit, "実施を通知する", number="総情第３号", on=today)
    screens.move(office, audit, "予備調査を始める")
    screens.answer_survey(head, audit, {"N1": ("規程を定めている。", "4")})
    screens.submit_survey(head, audit)
    screens.move(auditor, audit, "実地監査を始める")
    screens.judge_by_keyboard(auditor, audit, INTERNAL_MARKS)
    screens.raise_finding(auditor, audit, "N4", PASSWORDS)
    screens.move(auditor, audit, "監査調書の作成に移る")
    screens.move(auditor, audit, "事実誤認の確認を依頼する")
    answer_and_notify(city, audit, "shimin.cho", (PASSWORDS,), "総情第４号", today)
    improve(city, audit, "shimin.cho", PASSWORDS, file)
    close(city, audit)
    return audit


def special_audit(city: City, today: str, file: Path) -> Audit:
    """特命監査 of 税務課 by 花子: no preliminary survey; worse than the others, and outside their mean."""
    office, auditor = city.at(OFFICE), city.at("hanako")
    audit = screens.plan_audit(office, YEAR, today, stream_ja="内部監査", department="103　税務課", is_special=True)
    screens.assign(office, audit, staff_ja="監査　花子（会計課）")
    screens.move(office, audit, "実施を通知する", number="総情第５号", on=today)
    screens.move(auditor, audit, "予備調査を省略して実地監査を始める", reason_ja="最高情報セキュリティ責任者の命による")
    screens.judge_by_keyboard(auditor, audit, SPECIAL_MARKS)
    screens.raise_finding(auditor, audit, "N1", RULES)
    screens.move(auditor, audit, "監査調書の作成に移る")
    screens.move(auditor, audit, "事実誤認の確認を依頼する")
    answer_and_notify(city, audit, "zeimu.cho", (RULES,), "総情第６号", today)
    improve(city, audit, "zeimu.cho", RULES, file)
    close(city, audit)
    return audit


def test_three_audits_come_out_in_the_printed_report(city: City, today: str, tmp_path: Path) -> None:
    file = tmp_path / "記録.txt"
    file.write_text("施錠の記録", encoding="utf-8")
    external_audit(city, today, file)
    internal_audit(city, today, file)
    special_audit(city, today, file)
    office = city.at(OFFICE)
    screens.freeze_year(city, office, YEAR)
    screens.confirm_year(office, YEAR, today)
    city.look(office, "confirmed")
    printed = pdf_text(screens.print_report(office, YEAR))
    for sentence in BY_HAND:
        assert squeezed(sentence) in printed, sentence
    assert_traces_lead_to_what_was_judged(office)


def assert_traces_lead_to_what_was_judged(page: Any) -> None:
    """Each figure on its own page, exactly, with the records of which it is made and no others."""
    for figure_id, printed, exact, department_ja, marks in MEANS_BY_HAND:
        mean = screens.shown_figure(page, YEAR, figure_id)
        assert (mean.printed, Fraction(mean.exact)) == (printed, exact), figure_id
        assert mean.records == judged(department_ja, marks), figure_id
    for figure_id, count, titles in FINDINGS_BY_HAND:
        shown = screens.shown_figure(page, YEAR, figure_id)
        assert shown.printed == f"{count}件", figure_id
        assert [name.partition(" ")[2] for name, _state in shown.records] == titles, figure_id


def judged(department_ja: str, marks: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """The marks of an audit as the page of a figure lists them."""
    values = {"N": "対象外"}
    return [(f"{YEAR}年度 {department_ja} {item}", values.get(key, f"レベル{key}")) for item, key, _words in marks]
