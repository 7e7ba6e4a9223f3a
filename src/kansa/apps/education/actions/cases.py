"""How does a case come into the library, and who has to look at it before auditors see it?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields

from django.db import transaction
from django.utils import timezone

from kansa.apps.controls.queries import scale_levels
from kansa.apps.education.actions.attending import fault
from kansa.apps.education.models import Case, ExerciseAnswer
from kansa.apps.education.queries import CaseWords, case_residues
from kansa.apps.findings.models import Finding
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.folding import fold_code, fold_prose


def cleaned(words: CaseWords) -> dict[str, object]:
    """The typed texts, folded. Raises InputError for what a case cannot be without."""
    values: dict[str, object] = {
        field.name: fold_prose(value) if isinstance(value := getattr(words, field.name), str) else value
        for field in fields(CaseWords)
    }
    values["title_ja"] = " ".join(str(values["title_ja"]).split())
    values["item_code"] = fold_code(words.item_code)
    for name, field_ja in (("title_ja", "題名"), ("domain_ja", "領域"), ("situation_ja", "状況")):
        if not values[name]:
            raise fault("empty", f"{field_ja}を入力してください。", field_ja)
    if words.state not in ("judged", "not_applicable") or (words.state == "judged") != (words.level is not None):
        raise fault("no_reference", "基準の判定（レベル又は対象外）を選んでください。", "基準の判定")
    return values


def told(case: Case) -> dict[str, object]:
    """What the trail keeps of a case: no text, because a draft may still name somebody."""
    names = ("item_code", "state", "level", "is_published", "version")
    return {name: getattr(case, name) for name in names} | {"finding": case.finding_id}


def case_of(actor: Actor, case_id: int, version: int) -> Case:
    """A case as it was seen. Raises RuleError when it is gone or was changed meanwhile."""
    found: Case | None = Case.objects.visible_to(actor).filter(pk=case_id).first()
    if found is None:
        raise RuleError("no_such_case", "この事例はありません。")
    if found.version != version:
        raise RuleError(
            "conflict", "この事例は、画面を開いた後にほかの人が変えました。開き直して、今の内容を確かめてください。"
        )
    return found


def save_case(
    actor: Actor, case_id: int | None, words: CaseWords, *, version: int = 0, finding_id: int | None = None
) -> Case:
    """A new case, or another wording; it has to be looked at again before auditors see it.

    Raises RuleError when answers were given to it: they belong to the words that were judged.
    """
    require(actor, "manage_education")
    values = cleaned(words)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        case = case_of(actor, case_id, version) if case_id else Case(municipality_id=actor.municipality_id)
        if case_id and ExerciseAnswer.objects.filter(place__case=case).exists():
            raise RuleError(
                "case_in_use", "この事例には練習の回答があるため、変えられません。新しい事例を作ってください。"
            )
        if Case.objects.visible_to(actor).filter(title_ja=values["title_ja"]).exclude(pk=case_id or 0).exists():
            raise fault("title_taken", "同じ題名の事例が既にあります。", "題名")
        if finding_id and not case_id:
            case.finding = Finding.objects.visible_to(actor).filter(pk=finding_id).first()
        before = told(case) if case_id else {}
        for name, value in values.items():
            setattr(case, name, value)
        case.is_published, case.anonymised_at, case.checked_by, case.checked_by_ja = False, None, None, ""
        case.version += 1
        case.save()
        record(actor, "save", "case", str(case.pk), before, told(case))
    return case


def publish_case(actor: Actor, case_id: int, version: int, looked_at: Collection[str]) -> Case:
    """Shows a case to auditors, once a person has looked at everything in it that may identify somebody.

    `looked_at`: keys of the residues that may stand. Raises InputError naming each one that is neither resolved nor
    looked at; the person's name stays with the case.
    """
    require(actor, "manage_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        case = case_of(actor, case_id, version)
        found = case_residues(case)
        left = [one for one in found if one.key not in looked_at]
        if left:
            raise InputError(
                *(Refusal("unseen_residue", f"{one.field_ja}の「{one.text}」：{one.reason_ja}") for one in left)
            )
        before = told(case)
        case.looked_at_ja = "\n".join(sorted({one.key for one in found}))
        case.anonymised_at, case.checked_by_id, case.checked_by_ja = timezone.now(), actor.account_id, actor.name
        case.is_published = True
        case.version += 1
        case.save()
        record(actor, "publish", "case", str(case.pk), before, told(case) | {"residue_count": len(found)})
    return case


def withdraw_case(actor: Actor, case_id: int, version: int) -> Case:
    """Takes a case out of the auditors' sight; exercises that hold it keep it."""
    require(actor, "manage_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        case = case_of(actor, case_id, version)
        before = told(case)
        case.is_published = False
        case.version += 1
        case.save(update_fields=["is_published", "version"])
        record(actor, "withdraw", "case", str(case.pk), before, told(case))
    return case


def check_level(municipality_id: int, fiscal_year: int, state: str, level: int | None) -> None:
    """Raises InputError for a judgement that the year's scale does not have."""
    levels = scale_levels(municipality_id, [fiscal_year]).get(fiscal_year, set(range(5)))
    is_level = state == "judged" and level in levels
    if not is_level and not (state == "not_applicable" and level is None):
        raise fault("bad_level", "判定をレベルか「対象外」から選んでください。", "判定")
