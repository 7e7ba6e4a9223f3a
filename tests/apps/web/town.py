"""Which small town do the web tests look at?

Two fiscal years of four departments, by way of the imports: 2023 frozen and confirmed, 2024 frozen twice (the second
time with a reason) and still a draft, 2025 recorded but not frozen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from django.utils import timezone

from kansa.apps.annual_report.actions import confirm, freeze
from kansa.apps.annual_report.actions.freezing import write_version
from kansa.apps.annual_report.models import FrozenYear
from kansa.apps.annual_report.queries import year_data
from kansa.apps.audits.actions import Planned, assign, create_engagement
from kansa.apps.drills.actions import save_campaign
from kansa.apps.findings.actions import RolloutWords, answer_rollout, order_rollout
from kansa.apps.findings.models import Finding
from kansa.apps.mail.actions import BatchPlan, create_batch
from kansa.apps.people.models import Department
from kansa.apps.people.queries import department_book
from kansa.apps.plan.models import Engagement
from kansa.core.checks import run_checks
from kansa.document.frozen import dump, sha256
from kansa.formats.records import PublishedRecord
from tests.builders import (
    answer,
    build_city,
    delivery,
    department,
    engagement,
    finding,
    imported,
    item,
    judgement,
    plan_cell,
    scale,
    setting,
    source,
    staff,
    upload,
)
from tests.cast import CITY, CLERK, actor_named, firm_named, sign_up
from tests.drilling import words
from tests.learning import build_education
from tests.mailing import FIRST, TEMPLATE, people, relay_at, window
from tests.remembered import remembered

DEPARTMENTS = ("101", "102", "103", "104")
ITEM_COUNT = 30  # four departments x 30 judgements = more than one page of records
NEW_ITEM = "E29"
# 職員 who answer: enough that no department is hidden.
PEOPLE = [(f"S{place:03}", DEPARTMENTS[place % 4]) for place in range(1, 41)]
UNDER_WAY = "W25-101"
CHANGE_REASON = "判定の誤りを正したため"
PUBLISHED_2022 = PublishedRecord(
    2022,
    "external.mean",
    "2.81",
    Fraction("2.81"),
    2,
    "point",
    False,
    "令和４年度の報告書",
    "3",
    "12",
    "2.81点",
    None,
    source(),
)


def audit(fiscal_year: int, stream: str, prefix: str, departments: tuple[str, ...], low_every: int) -> None:
    """One audit of a year: every `low_every`-th judgement is level 2, every 9th level 4, the rest level 3."""
    codes = [
        f"{prefix}{place:02}" for place in range(ITEM_COUNT) if f"{prefix}{place:02}" != NEW_ITEM or fiscal_year > 2023
    ]
    items = [
        item(code, stream, fiscal_year=fiscal_year, domain_ja=f"領域{code[-1]}", prior_code=code) for code in codes
    ]
    if fiscal_year > 2023:
        items = [replace(one, lineage="added", prior_code="") if one.code == NEW_ITEM else one for one in items]
    imported("checklist", items, file=upload(f"監査項目_{stream}_{fiscal_year}.csv"))
    rows, checks, place = [], [], 0
    for code in departments:
        name = f"{prefix}{fiscal_year}-{code}"
        days = {"started_on": date(fiscal_year, 10, 1), "ended_on": date(fiscal_year, 10, 2)}
        checks.append(engagement(name, code, fiscal_year=fiscal_year, stream=stream, **days))
        for item_code in codes:
            place += 1
            level = 2 if place % low_every == 0 else 4 if place % 9 == 0 else 3
            rows.append(judgement(item_code, level, name, fiscal_year=fiscal_year, department_code=code))
    imported("engagements", checks, file=upload(f"実施計画_{stream}_{fiscal_year}.csv"))
    imported("judgements", rows, file=upload(f"判定_{stream}_{fiscal_year}.csv"))


def self_inspection(fiscal_year: int, no_every: int) -> None:
    """Everybody answers five questions; every `no_every`-th answer to the first one is いいえ."""
    questions = [item(f"Q{place}", "self_inspection", fiscal_year=fiscal_year) for place in range(1, 6)]
    imported("checklist", questions, file=upload(f"点検項目_{fiscal_year}.csv"))
    people = [staff(number, code, fiscal_year=fiscal_year) for number, code in PEOPLE]
    imported("staff", people, file=upload(f"職員_{fiscal_year}.csv"))
    answers = [
        answer(number, "nyyyy" if place % no_every == 0 else "yyyyy", fiscal_year=fiscal_year, department_code=code)
        for place, (number, code) in enumerate(PEOPLE, 1)
    ]
    imported("self_inspection", answers, file=upload(f"回答_{fiscal_year}.csv"))


def year(fiscal_year: int, low_every: int, no_every: int) -> None:
    """One year with all its streams, but for what only 2024 has."""
    imported(
        "year",
        [
            setting(fiscal_year=fiscal_year),
            setting("report_on", f"{fiscal_year + 1}-03-31", fiscal_year),
            *scale(fiscal_year),
        ],
        file=upload(f"年度設定_{fiscal_year}.csv"),
    )
    audit(fiscal_year, "external_audit", "E", DEPARTMENTS[2:], low_every)
    audit(fiscal_year, "internal_audit", "I", DEPARTMENTS[:2], low_every * 3)
    self_inspection(fiscal_year, no_every)


def activities() -> None:
    """A drill and findings of 2024."""
    mails = [delivery(f"{number.lower()}@mihon.example", is_delivered=True) for number, _code in PEOPLE]
    imported("drill", mails, file=upload("訓練_2024.csv"))
    place = {"engagement_code": "E2024-103", "department_code": "103"}
    improved = {"measure_ja": "鍵を替えた", "planned_on": date(2024, 11, 1), "promised_fiscal_year": 2024}
    done = {"improved_on": date(2024, 12, 1), "verified_on": date(2025, 1, 10), "verifier_ja": "監査事務局 乙"}
    findings = [
        finding("F1", item_code="E04", **place, **improved, **done),
        finding("F2", item_code="E09", title_ja="台帳の更新漏れ", **place, planned_on=date(2024, 11, 5)),
    ]
    imported("findings", findings, file=upload("検出事項_2024.csv"))


def mail() -> None:
    """A relay that nobody answers at, a batch that waits for its approval, and the draft of a drill."""
    relay = relay_at(9)
    create_batch(FIRST, BatchPlan("test/1", "試験の一斉送信", relay.pk, TEMPLATE, window()), people(3))
    save_campaign(CLERK, 2022, "MD22-1", words())


@remembered
def build_town() -> None:
    """The whole town."""
    build_city()
    imported("departments", [department(code) for code in DEPARTMENTS], file=upload("課所等.csv"))
    years = (2023, 2024, 2025)
    cells = [
        plan_cell(code, fiscal_year, "external_audit" if code in DEPARTMENTS[2:] else "internal_audit")
        for fiscal_year in years
        for code in DEPARTMENTS
    ]
    imported("plan", cells, file=upload("中期計画.csv"))
    imported("published", [PUBLISHED_2022], file=upload("公表値.csv"))
    year(2023, 4, 5)
    year(2024, 5, 8)
    activities()
    everything = {"rotation_gap": "試験のため"}
    freeze_whole(2023, "", everything)
    confirm(CLERK, 2023, 1, date(2024, 3, 29), "５監第１号", "最高情報セキュリティ責任者")
    freeze_whole(2024, "", everything)
    wrong = judgement("E00", 4, "E2024-103", fiscal_year=2024, department_code="103")
    imported("judgements", [wrong], file=upload("判定の訂正_2024.csv"))
    freeze_whole(2024, CHANGE_REASON, everything)
    imported("checklist", [item("E00", fiscal_year=2025)], file=upload("監査項目_2025.csv"))
    check = engagement("E2025-103", "103", fiscal_year=2025, started_on=date(2025, 10, 1), ended_on=date(2025, 10, 2))
    imported("engagements", [check], file=upload("実施計画_2025.csv"))
    sign_up()
    under_way()
    improvement()
    mail()


def under_way() -> None:
    """An audit of department 101 in 2025 that S001 carries out, up to the fact check.

    It is lent to an outside firm as well, so that one audit concerns everybody of the cast whom an audit can concern.
    """
    people = [staff(number, code, fiscal_year=2025, is_auditor=number in ("S001", "S002")) for number, code in PEOPLE]
    imported("staff", people, file=upload("職員_2025.csv"))
    items = [item(code, "internal_audit", fiscal_year=2025) for code in ("I00", "I04")]
    imported("checklist", items, file=upload("監査項目_内部_2025.csv"))
    own = department_book(CITY).find("101", 2025)
    planned = Planned(
        "internal_audit", "control_check", own, None, date(2025, 11, 4), date(2025, 11, 4), is_special=False
    )
    create_engagement(CLERK, 2025, UNDER_WAY, planned)
    assign(CLERK, 2025, UNDER_WAY, staff_number="S001")
    Engagement.objects.filter(code=UNDER_WAY).update(state="fact_check", firm=firm_named())


def improvement() -> None:
    """A finding of department 101 that is being improved, rolled out to department 102, which has answered."""
    days = {"fiscal_year": 2025, "started_on": date(2025, 10, 1), "ended_on": date(2025, 10, 2)}
    check = engagement("I2025-101", "101", stream="internal_audit", auditor_numbers=("S001",), **days)
    imported("engagements", [check], file=upload("実施計画_内部_2025.csv"))
    Engagement.objects.filter(code="I2025-101").update(state="improvement")
    place = {"engagement_code": "I2025-101", "stream": "internal_audit", "item_code": "I04", "fiscal_year": 2025}
    imported("findings", [finding("G1", **place)], file=upload("検出事項_2025.csv"))
    raised = Finding.objects.get(code="G1")
    words = RolloutWords("書庫の施錠", "書庫の施錠を確かめてください。", timezone.localdate(), False)
    asked = Department.objects.get(code="102")
    rollout = order_rollout(CLERK, raised.pk, words, {asked.pk: ""})
    target = rollout.targets.get()
    answer_rollout(actor_named("other_head"), target.pk, 0, "fixed", "施錠した。", [upload("記録.txt")])
    build_education()


def freeze_whole(fiscal_year: int, reason_ja: str, accepted: dict[str, str]) -> None:
    """Freezes a year; blocks that the small town cannot avoid are accepted when they are there."""
    noticed = {notice.code for notice in run_checks(year_data(CLERK.municipality_id, fiscal_year))}
    freeze(CLERK, fiscal_year, reason_ja, {code: why for code, why in accepted.items() if code in noticed})


def freeze_with_unknown_character(fiscal_year: int = 2024) -> None:
    """One more version whose department has a character (外字) that no font has."""
    data = year_data(CLERK.municipality_id, fiscal_year)
    first = replace(data.this.departments[0], name_ja="\ue000課")
    data = replace(data, this=replace(data.this, departments=(first, *data.this.departments[1:])))
    body = dump(data)
    newest = FrozenYear.objects.filter(fiscal_year=fiscal_year).order_by("version").last()
    assert newest is not None
    write_version(CLERK, data, newest.version + 1, body, sha256(body), "外字の試験", newest)
