"""How does a reading list come into being, and how is the time of study recorded?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from kansa.apps.education.actions.attending import attend, fault, own_account, unattend
from kansa.apps.education.models import ReadingMaterial, ReadingRecord
from kansa.apps.people.actions import lock_municipality
from kansa.apps.people.models import YEARS
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.folding import fold_prose

IsFrozen = Callable[[int, int], bool]  # (municipality, fiscal year); annual_report stands above and hands it in
LONGEST_SITTING = timedelta(hours=8)  # a longer one was forgotten rather than read
MOST_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class MaterialWords:
    """What is typed for a material."""

    fiscal_year: int
    title_ja: str
    minutes: int
    opened_on: date
    body_ja: str = ""
    place_ja: str = ""
    is_required: bool = True
    is_published: bool = False


def save_material(actor: Actor, material_id: int | None, words: MaterialWords) -> ReadingMaterial:
    """A new material, or another wording of one. Raises InputError without anything to read, or for a taken title."""
    require(actor, "manage_education")
    title = " ".join(fold_prose(words.title_ja).split())
    if not title:
        raise fault("no_title", "題名を入力してください。", "題名")
    if not words.body_ja.strip() and not words.place_ja.strip():
        raise fault("nothing_to_read", "本文か、資料のある場所のどちらかを入力してください。", "本文")
    if not 1 <= words.minutes <= 6000 or not YEARS[0] <= words.fiscal_year <= YEARS[1]:
        raise fault("bad_minutes", "1から6000までの分数を入力してください。", "予定の時間（分）")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        rows = ReadingMaterial.objects.visible_to(actor)
        material = rows.filter(pk=material_id).first() if material_id else None
        if material_id and material is None:
            raise RuleError("no_such_material", "この資料はありません。")
        if rows.filter(fiscal_year=words.fiscal_year, title_ja=title).exclude(pk=material_id or 0).exists():
            raise fault("title_taken", f"「{title}」という資料は、この年度に既にあります。", "題名")
        if material is None:
            position = rows.filter(fiscal_year=words.fiscal_year).count()
            material = ReadingMaterial(
                municipality_id=actor.municipality_id, fiscal_year=words.fiscal_year, position=position
            )
        before = told(material) if material.pk else {}
        material.title_ja, material.body_ja, material.place_ja = (
            title,
            fold_prose(words.body_ja),
            words.place_ja.strip(),
        )
        material.minutes, material.opened_on = words.minutes, words.opened_on
        material.is_required, material.is_published = words.is_required, words.is_published
        material.save()
        record(actor, "save", "reading_material", str(material.pk), before, told(material))
    return material


def told(material: ReadingMaterial) -> dict[str, object]:
    """What the trail keeps of a material."""
    names = ("fiscal_year", "title_ja", "minutes", "is_required", "is_published")
    return {name: getattr(material, name) for name in names}


def material_of(actor: Actor, material_id: int) -> ReadingMaterial:
    """A material that auditors may read. Raises RuleError."""
    found: ReadingMaterial | None = (
        ReadingMaterial.objects.visible_to(actor).filter(pk=material_id, is_published=True).first()
    )
    if found is None:
        raise RuleError("no_such_material", "この資料はないか、まだ公開されていません。")
    return found


def running_sitting(actor: Actor) -> ReadingRecord | None:
    """The sitting that the person began and has not ended."""
    found: ReadingRecord | None = ReadingRecord.objects.filter(
        municipality_id=actor.municipality_id, account_id=actor.account_id or 0, minutes__isnull=True
    ).first()
    return found


def start_reading(actor: Actor, material_id: int) -> ReadingRecord:
    """Begins a sitting. Raises RuleError while another one runs."""
    require(actor, "take_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        account, material = own_account(actor), material_of(actor, material_id)
        running = running_sitting(actor)
        if running is not None:
            reason = f"「{running.material.title_ja}」の学習時間を計っています。先に終えてください。"
            raise RuleError("already_reading", reason)
        now = timezone.now()
        made: ReadingRecord = ReadingRecord.objects.create(
            municipality_id=actor.municipality_id,
            material=material,
            account=account,
            staff_number=account.staff_number,
            read_on=timezone.localdate(),
            started_at=now,
        )
        record(actor, "start", "reading", str(material.pk), {}, {})
    return made


def stop_reading(actor: Actor, material_id: int, *, is_finished: bool) -> ReadingRecord:
    """Ends the running sitting; each begun minute counts. Raises RuleError when none runs, or it was forgotten.

    A forgotten one (over eight hours) is dropped, and the person is asked to type the minutes instead.
    """
    require(actor, "take_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        material, running = material_of(actor, material_id), running_sitting(actor)
        if running is None or running.material_id != material.pk or running.started_at is None:
            raise RuleError("not_reading", "この資料の学習時間は計っていません。")
        spent = timezone.now() - running.started_at
        is_forgotten = spent > LONGEST_SITTING
        if is_forgotten:
            running.delete()
        else:
            running.minutes = max(1, -(-spent // timedelta(minutes=1)) if spent > timedelta(0) else 1)
            running.is_finished = is_finished
            running.save(update_fields=["minutes", "is_finished"])
            complete(actor, material, running)
        after = {"minutes": running.minutes, "is_finished": is_finished, "is_dropped": is_forgotten}
        record(actor, "stop", "reading", str(material.pk), {}, dict(after))
    if is_forgotten:
        reason = "開始から8時間を超えていたため、計った時間を取り消しました。実際に学習した分数を入力してください。"
        raise RuleError("forgotten", reason)
    return running


def record_reading(actor: Actor, material_id: int, minutes: int, read_on: date, *, is_finished: bool) -> ReadingRecord:
    """Study time that was not measured. Raises InputError for an impossible day or time."""
    require(actor, "take_education")
    check_time(minutes, read_on)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        account, material = own_account(actor), material_of(actor, material_id)
        made: ReadingRecord = ReadingRecord.objects.create(
            municipality_id=actor.municipality_id,
            material=material,
            account=account,
            staff_number=account.staff_number,
            read_on=read_on,
            minutes=minutes,
            is_finished=is_finished,
        )
        complete(actor, material, made)
        record(actor, "record", "reading", str(material.pk), {}, told_reading(made))
    return made


def correct_reading(
    actor: Actor, record_id: int, minutes: int, read_on: date, *, is_finished: bool, is_frozen: IsFrozen
) -> ReadingRecord:
    """Corrects the own record of a sitting that is over; what it was stays in the trail.

    Raises RuleError for a record that is not the own one or of a frozen year, InputError for an impossible time.
    """
    require(actor, "take_education")
    check_time(minutes, read_on)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        rows = ReadingRecord.objects.filter(
            municipality_id=actor.municipality_id, account_id=actor.account_id or 0, minutes__isnull=False
        )
        sitting: ReadingRecord | None = rows.filter(pk=record_id).select_related("material").first()
        if sitting is None:
            raise RuleError("no_such_reading", "この学習の記録はないか、自分の記録ではありません。")
        material = sitting.material
        if is_frozen(actor.municipality_id, material.fiscal_year):
            reason = f"{era_year_ja(material.fiscal_year)}は凍結済みのため、学習の記録を直せません。"
            raise RuleError("frozen_year", reason)
        before = told_reading(sitting)
        sitting.minutes, sitting.read_on, sitting.is_finished = minutes, read_on, is_finished
        if told_reading(sitting) != before:
            sitting.save(update_fields=["minutes", "read_on", "is_finished"])
            complete(actor, material, sitting)
            if before["is_finished"] and not rows.filter(material=material, is_finished=True).exists():
                unattend(actor, material.fiscal_year, sitting.staff_number, "prior_study", material.title_ja)
            record(actor, "correct", "reading", str(material.pk), before, told_reading(sitting))
    return sitting


def told_reading(sitting: ReadingRecord) -> dict[str, object]:
    """What the trail keeps of a sitting."""
    return {"minutes": sitting.minutes, "read_on": sitting.read_on.isoformat(), "is_finished": sitting.is_finished}


def check_time(minutes: int, read_on: date) -> None:
    """Raises InputError for an impossible day or time."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise fault("bad_minutes", f"1から{MOST_MINUTES}までの分数を入力してください。", "学習した時間（分）")
    if read_on > timezone.localdate():
        raise fault("future_day", "今日までの日を入力してください。", "学習した日")


def complete(actor: Actor, material: ReadingMaterial, sitting: ReadingRecord) -> None:
    """Puts a material that was read to the end into the year's record of trainings."""
    if sitting.is_finished:
        attend(
            actor,
            material.fiscal_year,
            sitting.staff_number,
            "prior_study",
            material.title_ja,
            material.opened_on,
            material.minutes,
        )
