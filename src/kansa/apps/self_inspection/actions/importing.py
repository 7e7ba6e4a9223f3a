"""How do answers of a file come in, and how do answers become a tally and go again?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from django.db import transaction

from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import active_items
from kansa.apps.people.queries import department_book, staff_by_number
from kansa.apps.self_inspection import models
from kansa.apps.self_inspection.actions.deciding import forget_decisions
from kansa.apps.self_inspection.actions.tallying import write_tally
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, compare_table, place_of, record, require
from kansa.apps.trail.queries import derived_key, person_token
from kansa.core.errors import Refusal, RuleError
from kansa.core.inspection import NO_ANSWERS, Masks, answer_bits
from kansa.core.permission import Actor
from kansa.formats.records import AnswerRecord

STREAM = "self_inspection"
RESPONSE_FIELDS = ("checklist", "respondent_token", "department", "job_type", *Masks._fields)


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
    job_types = {person: one.job_type for person, one in staff.items()} | opened_job_types(municipality_id, years)
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
        person = (one.fiscal_year, one.respondent)
        values = (checklist, token, department, job_types.get(person, ""), *masks(one, asked))
        rows.append(Row(values, one.source))
        strangers += bool(staff) and person not in staff
    lists = {next(iter(found.values())).checklist.pk: found for found in items.values()}
    objects = models.Response.objects.filter(municipality_id=municipality_id, checklist__in=list(lists))
    table = compare_table(models.Response, RESPONSE_FIELDS, 2, rows, objects, remove=options.replace, is_personal=True)
    told = Refusal("not_on_roster", f"職員名簿にいない回答者番号が{strangers}件あります。")
    warnings = (told,) if strangers else ()
    refusals += [*erased_faults(municipality_id, list(lists)), *campaign_faults(municipality_id, list(lists))]
    finish = partial(retally, municipality_id, list(items.values()))
    return ImportPlan(STREAM, (table,), (*refusals, *table.refusals), warnings, finish)


def opened_job_types(municipality_id: int, fiscal_years: Collection[int]) -> dict[tuple[int, str], str]:
    """(fiscal year, staff number) -> the job type that was fixed at opening, whatever became of it in the roster."""
    rows = models.CampaignMember.objects.filter(
        municipality_id=municipality_id, campaign__checklist__fiscal_year__in=sorted(fiscal_years)
    )
    found = rows.values_list("campaign__checklist__fiscal_year", "staff_number", "counted_as")
    return {(fiscal_year, number): job_type for fiscal_year, number, job_type in found}


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
    forget_decisions(municipality_id, [next(iter(items.values())).checklist_id for items in checklists])
    for items in checklists:
        checklist = next(iter(items.values())).checklist
        heads = models.DepartmentTally.objects.filter(municipality_id=municipality_id, checklist=checklist)
        for counted in (models.Tally, models.TallyLevel, models.TallySource):
            counted.objects.filter(municipality_id=municipality_id, department_tally__in=heads).delete()
        heads.delete()
        write_tally(municipality_id, checklist, list(items.values()))


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
