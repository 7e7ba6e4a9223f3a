"""How do answers of a file come in, and how do answers become a tally and go again?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from django.db import transaction

from kansa.apps.controls.models import Checklist, ControlItem
from kansa.apps.controls.queries import active_items
from kansa.apps.people.queries import department_book, staff_by_number
from kansa.apps.self_inspection import models
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, compare_table, place_of, record, require
from kansa.apps.trail.queries import derived_key, person_token
from kansa.core.errors import Refusal, RuleError
from kansa.core.inspection import NO_ANSWERS, Masks, answer_bits
from kansa.core.job_types import is_asked_of
from kansa.core.permission import Actor
from kansa.core.runs import encode_rows
from kansa.formats.records import AnswerRecord

STREAM = "self_inspection"
RESPONSE_FIELDS = ("checklist", "respondent_token", "department", "job_type", *Masks._fields)
Group = tuple[int, str]  # department and job type: one row of the tally


def plan_self_inspection(municipality_id: int, records: Sequence[AnswerRecord], options: ImportOptions) -> ImportPlan:
    """What answers would change. The respondent's number becomes a token here and is never stored."""
    years = {one.fiscal_year for one in records}
    book = department_book(municipality_id)
    items = {
        fiscal_year: found
        for (fiscal_year, stream), found in active_items(municipality_id, years).items()
        if stream == STREAM
    }
    staff = staff_by_number(municipality_id, years)
    key = derived_key("person")
    refusals: list[Refusal] = []
    rows: list[Row] = []
    strangers = 0
    for one in records:
        faults = answer_faults(one, items.get(one.fiscal_year, {}))
        department = book.find(one.department_code, one.fiscal_year)
        if department is None:
            reason = book.unknown_ja(one.department_code, one.fiscal_year)
            faults.append(Refusal("unknown_department", reason, place_of(one.source, "所属コード")))
        refusals += faults
        if faults:
            continue
        asked = items[one.fiscal_year]
        checklist = next(iter(asked.values())).checklist
        token = person_token(municipality_id, f"respondent/{one.fiscal_year}", one.respondent, key=key)
        person = staff.get((one.fiscal_year, one.respondent))
        values = (checklist, token, department, person.job_type if person else "", *masks(one, asked))
        rows.append(Row(values, one.source))
        strangers += bool(staff) and person is None
    lists = {next(iter(found.values())).checklist.pk: found for found in items.values()}
    objects = models.Response.objects.filter(municipality_id=municipality_id, checklist__in=list(lists))
    table = compare_table(models.Response, RESPONSE_FIELDS, 2, rows, objects, remove=options.replace, is_personal=True)
    told = Refusal("not_on_roster", f"職員名簿にいない回答者番号が{strangers}件あります。")
    warnings = (told,) if strangers else ()
    refusals += [*erased_faults(municipality_id, list(lists)), *campaign_faults(municipality_id, list(lists))]
    finish = partial(retally, municipality_id, list(items.values()))
    return ImportPlan(STREAM, (table,), (*refusals, *table.refusals), warnings, finish)


def erased_faults(municipality_id: int, checklist_ids: Sequence[int]) -> list[Refusal]:
    """Once the answers of single people were erased, a year takes no more: the tally could not be counted anew."""
    counted = models.DepartmentTally.objects.filter(municipality_id=municipality_id, checklist__in=checklist_ids)
    kept = models.Response.objects.filter(municipality_id=municipality_id, checklist__in=checklist_ids)
    if kept.exists() or not counted.exists():
        return []
    reason = (
        "この年度は集計だけがあるため（回答を消去したか、集計表を取り込んだため）、一人ずつの回答は追加できません。"
    )
    return [Refusal("answers_erased", reason)]


def campaign_faults(municipality_id: int, checklist_ids: Sequence[int]) -> list[Refusal]:
    """A file names its respondents: it may neither go beside answers being given nor beside those without a name."""
    rows = models.Campaign.objects.filter(municipality_id=municipality_id, checklist__in=checklist_ids)
    if rows.filter(state="open").exists():
        return [Refusal("campaign_open", "この年度の自己点検は画面で実施中のため、回答のファイルは取り込めません。")]
    if rows.filter(state="closed").exclude(privacy="identified").exists():
        reason = "この年度の自己点検は記名でない方法で実施したため、回答者番号のあるファイルは取り込めません。"
        return [Refusal("campaign_unnamed", reason)]
    return []


def answer_faults(one: AnswerRecord, asked: Mapping[str, ControlItem]) -> list[Refusal]:
    """Answers that the year's items do not take."""
    if not asked:
        reason = f"{one.fiscal_year}年度の自己点検の項目が登録されていません。先にチェックリストを取り込んでください。"
        return [Refusal("no_checklist", reason, place_of(one.source))]
    return [fault for code, answer in one.answers if (fault := answer_fault(one, code, answer, asked.get(code)))]


def answer_fault(one: AnswerRecord, code: str, answer: str, item: ControlItem | None) -> Refusal | None:
    """Why an answer cannot be taken; None when it can."""
    if item is None:
        reason = f"項目「{code}」はこの年度の点検項目にありません。"
        return Refusal("item_outside_checklist", reason, place_of(one.source, code))
    if answer == "blank":
        return None
    try:
        answer_bits_of(answer, item)
    except RuleError as fault:
        return Refusal("unknown_answer", f"項目「{code}」：{fault.reason_ja}", place_of(one.source, code))
    return None


def masks(one: AnswerRecord, asked: Mapping[str, ControlItem]) -> Masks:
    """The masks of one respondent; an item that the file lacks is not answered."""
    bits = [answer_bits_of(answer, asked[code]) for code, answer in one.answers if answer != "blank"]
    return Masks(*(sum(column) for column in zip(NO_ANSWERS, *bits, strict=True)))


def answer_bits_of(answer: str, item: ControlItem) -> Masks:
    """What one answer to an item sets. Raises RuleError for an answer that the item does not have."""
    if item.answer_kind == "comment":
        raise RuleError("no_such_answer", "自由記述の項目です。")
    return answer_bits(answer, item.bit or 0, len(item.levels_ja.splitlines()), item.met_from)


def retally(municipality_id: int, checklists: Sequence[Mapping[str, ControlItem]]) -> None:
    """Counts the responses of each checklist anew; inside the transaction of the import."""
    for items in checklists:
        checklist = next(iter(items.values())).checklist
        models.DepartmentTally.objects.filter(municipality_id=municipality_id, checklist=checklist).delete()
        write_tally(municipality_id, checklist, list(items.values()))


def write_tally(municipality_id: int, checklist: Checklist, items: Sequence[ControlItem]) -> None:
    """Tally rows of one checklist: per department and job type the respondents, the counts per item, and their rows."""
    answers: dict[Group, list[Masks]] = {}
    sheets: dict[Group, dict[tuple[int | None, str], list[int]]] = {}
    responses = models.Response.objects.filter(municipality_id=municipality_id, checklist=checklist)
    fields = ("department_id", "job_type", "source_file_id", "sheet", "row", *Masks._fields)
    for department, job_type, file, sheet, row, *found in responses.order_by("row").values_list(*fields):
        group = (department, job_type)
        answers.setdefault(group, []).append(Masks(*found))
        sheets.setdefault(group, {}).setdefault((file, sheet), []).append(row)
    heads = {
        (department, job_type): models.DepartmentTally(
            municipality_id=municipality_id,
            checklist=checklist,
            department_id=department,
            job_type=job_type,
            respondent_count=len(given),
        )
        for (department, job_type), given in sorted(answers.items())
    }
    models.DepartmentTally.objects.bulk_create(heads.values())
    counted = [(heads[group], item, given) for group, given in sorted(answers.items()) for item in items]
    tallies = [tally_of(head, item, given) for head, item, given in counted]
    models.Tally.objects.bulk_create(one for one in tallies if one is not None)
    models.TallyLevel.objects.bulk_create(
        level for head, item, given in counted if item.answer_kind == "scale" for level in levels_of(head, item, given)
    )
    models.TallySource.objects.bulk_create(
        models.TallySource(
            municipality_id=municipality_id,
            department_tally=heads[group],
            source_file_id=file,
            sheet=sheet,
            rows=encode_rows(rows),
        )
        for group, found in sorted(sheets.items())
        for (file, sheet), rows in found.items()
        if file is not None  # an answer given on a page has no row to point to
    )


def tally_of(head: models.DepartmentTally, item: ControlItem, answers: Sequence[Masks]) -> models.Tally | None:
    """The four counts of one group and one item; None when the group was not asked it and nobody answered it.

    A blank is somebody who was asked. A file may hold answers of somebody who was not: they count, a blank does not.
    """
    bit = item.bit or 0
    answered = sum(one.answered >> bit & 1 for one in answers)
    is_asked = item.answer_kind != "comment" and is_asked_of(item.asked_of, head.job_type)
    if not is_asked and not answered:
        return None
    yes = sum(one.met >> bit & 1 for one in answers)
    applicable = sum(one.applicable >> bit & 1 for one in answers)
    rated = sum((one.applicable | one.leveled) >> bit & 1 for one in answers)
    return models.Tally(
        municipality_id=head.municipality_id,
        department_tally=head,
        item=item,
        yes_count=yes,
        no_count=applicable - yes,
        not_applicable_count=answered - rated,
        blank_count=len(answers) - answered if is_asked else 0,
    )


def levels_of(head: models.DepartmentTally, item: ControlItem, answers: Sequence[Masks]) -> list[models.TallyLevel]:
    """How many of a group chose each level."""
    counts = Counter(one.level(item.bit or 0) for one in answers)
    return [
        models.TallyLevel(
            municipality_id=head.municipality_id,
            department_tally=head,
            item=item,
            level=level,
            level_count=counts[level],
        )
        for level in sorted(counts)
        if level
    ]


def erase_responses(actor: Actor, fiscal_year: int) -> int:
    """Erases the answers and the comments of a year; the tally and its reports stay. Number of answer rows erased."""
    require(actor, "import")
    rows = models.Response.objects.visible_to(actor).filter(checklist__fiscal_year=fiscal_year)
    with transaction.atomic():
        erased, _ = rows.delete()
        comments, _ = models.Comment.objects.visible_to(actor).filter(item__checklist__fiscal_year=fiscal_year).delete()
        if erased or comments:
            told = {"erased": erased, "comments": comments}
            record(actor, "erase", "responses", str(fiscal_year), {}, told)
    return erased
