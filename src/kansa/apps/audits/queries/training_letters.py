"""What does an auditor's training record of a year say as a paper?"""

from __future__ import annotations

from kansa.apps.audits.queries.letters import LetterSubject, Words
from kansa.apps.education.queries import OwnResult, TrainingRecord, training_record
from kansa.apps.people.models import Account, StaffMember
from kansa.apps.people.queries import municipality_of
from kansa.core.fiscal import era_date_ja, era_year_ja, official_digits
from kansa.core.permission import Actor
from kansa.formats.words import TRAINING_KINDS

HOUR = 60  # minutes


def training_subject(actor: Actor, person: Account, fiscal_year: int) -> LetterSubject:
    """監査員研修記録 of one auditor in one year."""
    found = training_record(actor.municipality_id, fiscal_year, person)
    staff = StaffMember.objects.filter(
        municipality_id=actor.municipality_id, fiscal_year=fiscal_year, staff_number=person.staff_number or "-"
    )
    post = staff.select_related("department").first()
    words = {
        "市区町村": municipality_of(actor).name_ja,
        "年度": era_year_ja(fiscal_year),
        "監査員": found.name_ja,
        "所属": f"{post.department.name_ja}　{post.post_ja}".strip() if post else "",
        "合計時間": minutes_ja(found.total_minutes),
        "演習の結果": "\n".join(f"{exercise.title_ja}：{result_ja(result)}" for exercise, result in found.results),
        "読み直す資料": "\n".join(one.title_ja for one in found.unread),
    }
    return LetterSubject(
        "training", f"{fiscal_year}/{person.pk}", f"{fiscal_year}/{person.login}", words, lambda _values: rows(found)
    )


def minutes_ja(minutes: int) -> str:
    """60 -> １時間, 210 -> ３時間30分."""
    hours, rest = divmod(minutes, HOUR)
    words = f"{official_digits(hours)}時間" if hours else ""
    return words + (f"{official_digits(rest)}分" if rest or not hours else "")


def result_ja(result: OwnResult) -> str:
    """How many cases of an exercise were judged as the reference."""
    total, same = official_digits(len(result.lines)), official_digits(result.exact_count)
    return f"{total}問のうち{same}問が基準の判定と一致"


def rows(found: TrainingRecord) -> dict[str, list[Words]]:
    """研修 in the order of the days."""
    lines = [
        {
            "日付": era_date_ja(line.held_on),
            "区分": TRAINING_KINDS.ja[line.kind],
            "題名": line.title_ja,
            "時間": f"{official_digits(line.minutes)}分",
            "講師": line.teacher_ja,
        }
        for line in found.lines
    ]
    return {"研修": lines}
