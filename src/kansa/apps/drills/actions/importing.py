"""How do the results of a mail drill come in, without anybody's address?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kansa.apps.drills import models
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.people.queries import DepartmentBook, department_book
from kansa.apps.trail.actions import (
    ImportOptions,
    ImportPlan,
    Row,
    TablePlan,
    compare_table,
    keep_mapping,
    place_of,
    record,
    require,
)
from kansa.apps.trail.queries import derived_key, person_token
from kansa.core.errors import Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.drill_tables import DrillMapping, drill_mapping_to_json
from kansa.formats.records import DrillEventRecord, DrillRecord

DRILL_FIELDS = ("fiscal_year", "code", "name_ja", "questionnaire_ja")
DELIVERY_FIELDS = (
    "drill",
    "recipient_token",
    "department",
    "sent_at",
    "is_delivered",
    "opened_at",
    "clicked_at",
    "submitted_at",
    "reported_at",
    "excluded_reason_ja",
    "undated",
)
EVENT_FIELDS = ("drill", "recipient_token", "kind", "at")
DrillKey = tuple[int, str]


@dataclass
class Roster:
    """Where recipients work, by fiscal year and either the token of the mail address or the staff number."""

    municipality_id: int
    key: bytes
    book: DepartmentBook
    homes: dict[tuple[int, str], Department] = field(default_factory=dict)

    def home(self, one: DrillRecord | DrillEventRecord) -> Department | None:
        """The department named in the file, else the one of the roster; None when neither is known."""
        if isinstance(one, DrillRecord) and one.department_code:
            found = self.book.called(one.department_code, one.fiscal_year)
            return found if isinstance(found, Department) else None
        mail = person_token(self.municipality_id, "mail", one.recipient, key=self.key)
        return self.homes.get((one.fiscal_year, mail)) or self.homes.get((one.fiscal_year, one.recipient))

    def no_home(self, one: DrillRecord | DrillEventRecord) -> Refusal:
        """Nobody can be counted without a department. The message does not repeat the address."""
        if isinstance(one, DrillRecord) and one.department_code:
            reason = self.book.called(one.department_code, one.fiscal_year)
            return Refusal("unknown_department", str(reason), place_of(one.source, "所属コード"))
        reason = "受信者がその年度の職員名簿に見つかりません。名簿を確かめるか、所属コードの列を加えてください。"
        return Refusal("unknown_recipient", reason, place_of(one.source, "受信者"))

    def token(self, fiscal_year: int, drill_code: str, recipient: str) -> str:
        """The recipient's token within one drill."""
        purpose = f"recipient/{fiscal_year}/{drill_code}"
        return person_token(self.municipality_id, purpose, recipient, key=self.key)


def roster_of(municipality_id: int, fiscal_years: set[int]) -> Roster:
    """The rosters of these years; two queries."""
    roster = Roster(municipality_id, derived_key("person"), department_book(municipality_id))
    people = StaffMember.objects.filter(municipality_id=municipality_id, fiscal_year__in=fiscal_years)
    for person in people.select_related("department"):
        roster.homes[person.fiscal_year, person.staff_number] = person.department
        if person.mail_token:
            roster.homes[person.fiscal_year, person.mail_token] = person.department
    return roster


def aware(moment: datetime | None) -> datetime | None:
    """A moment without a zone is Japanese local time."""
    if moment is None or timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment)


def drills_named(
    municipality_id: int, records: Sequence[DrillRecord | DrillEventRecord]
) -> tuple[dict[DrillKey, models.Drill], list[Row]]:
    """The drills the records belong to, existing or new, and the wanted rows of the drill table."""
    keys = dict.fromkeys((one.fiscal_year, one.drill_code) for one in records)
    standing = {
        (drill.fiscal_year, drill.code): drill
        for drill in models.Drill.objects.filter(
            municipality_id=municipality_id, fiscal_year__in={fiscal_year for fiscal_year, _ in keys}
        )
    }
    found = {key: standing.get(key) or models.Drill(municipality_id=municipality_id) for key in keys}
    rows = [
        Row((*key, drill.name_ja, drill.questionnaire_ja), None, drill if drill.pk is None else None)
        for key, drill in found.items()
    ]
    return found, rows


def plan_drill(
    municipality_id: int, records: Sequence[DrillRecord | DrillEventRecord], options: ImportOptions
) -> ImportPlan:
    """What deliveries and raw events would change. Somebody with events but no delivery gets one."""
    drills, drill_rows = drills_named(municipality_id, records)
    own = own_faults(drills)
    if own:
        return ImportPlan("drill", refusals=own)
    roster = roster_of(municipality_id, {fiscal_year for fiscal_year, _ in drills})
    pks = [drill.pk for drill in drills.values() if drill.pk is not None]
    known = set(models.Delivery.objects.filter(drill__in=pks).values_list("drill_id", "recipient_token"))
    refusals: list[Refusal] = []
    deliveries: list[Row] = []
    events: list[Row] = []
    made: set[tuple[DrillKey, str]] = set()
    for one in sorted(records, key=lambda one: isinstance(one, DrillEventRecord)):
        key = (one.fiscal_year, one.drill_code)
        drill = drills[key]
        token = roster.token(*key, one.recipient)
        if isinstance(one, DrillEventRecord):
            events.append(Row((drill, token, one.kind, aware(one.at)), one.source))
            if (key, token) in made or (drill.pk, token) in known:
                continue
        made.add((key, token))
        home = roster.home(one)
        if home is None:
            refusals.append(roster.no_home(one))
            continue
        deliveries.append(delivery_row(drill, token, home, one))
    tables = drill_tables(pks, drill_rows, deliveries, events, options)
    return ImportPlan("drill", tables, (*refusals, *(fault for table in tables for fault in table.refusals)))


def own_faults(drills: Mapping[DrillKey, models.Drill]) -> tuple[Refusal, ...]:
    """A drill that kansa carries out has its own records; a list of persons beside them would outlive its closing."""
    pks = [drill.pk for drill in drills.values() if drill.pk is not None]
    own = set(models.DrillCampaign.objects.filter(drill__in=pks).values_list("drill_id", flat=True))
    return tuple(
        Refusal("own_drill", f"訓練「{code}」は kansa で実施する訓練です。別の訓練コードにしてください。")
        for (_year, code), drill in drills.items()
        if drill.pk in own
    )


def drill_tables(
    pks: Sequence[int], drills: Sequence[Row], deliveries: Sequence[Row], events: Sequence[Row], options: ImportOptions
) -> tuple[TablePlan, ...]:
    """The plans of the three tables, drills first. `pks`: the drills that exist already."""
    return (
        compare_table(models.Drill, DRILL_FIELDS, 2, drills, models.Drill.objects.filter(pk__in=pks)),
        compare_table(
            models.Delivery,
            DELIVERY_FIELDS,
            2,
            deliveries,
            models.Delivery.objects.filter(drill__in=pks),
            remove=options.replace and bool(deliveries),
            is_personal=True,
        ),
        compare_table(
            models.DrillEvent,
            EVENT_FIELDS,
            4,
            events,
            models.DrillEvent.objects.filter(drill__in=pks),
            remove=options.replace and bool(events),
            is_personal=True,
        ),
    )


def delivery_row(drill: models.Drill, token: str, home: Department, one: DrillRecord | DrillEventRecord) -> Row:
    """The wanted row of one delivery; an event alone says only that there was one."""
    if isinstance(one, DrillEventRecord):
        return Row((drill, token, home, None, None, None, None, None, None, "", ""), one.source)
    values = (
        drill,
        token,
        home,
        aware(one.sent_at),
        one.is_delivered,
        aware(one.opened_at),
        aware(one.clicked_at),
        aware(one.submitted_at),
        aware(one.reported_at),
        one.excluded_reason_ja,
        ",".join(one.undated),
    )
    return Row(values, one.source)


def save_drill_mapping(actor: Actor, name_ja: str, mapping: DrillMapping) -> models.DrillMapping:
    """Keeps a mapping of a firm's table by name. Raises RuleError without a name."""
    told = {"columns": len(mapping.headings()), "answers": len(mapping.words)}
    return keep_mapping(actor, models.DrillMapping, name_ja, drill_mapping_to_json(mapping), told)


def remove_drill_mapping(actor: Actor, pk: int) -> None:
    """Puts a kept mapping away. Raises RuleError when it is gone already."""
    require(actor, "import")
    with transaction.atomic():
        found = models.DrillMapping.objects.visible_to(actor).filter(pk=pk).first()
        if found is None:
            raise RuleError("mapping_gone", "この列の対応は、もうありません。")
        found.delete()
        record(actor, "remove", "mapping", found.name_ja, {"columns": len(found.mapping["columns"])}, {})


def describe_drill(actor: Actor, fiscal_year: int, code: str, name_ja: str, questionnaire_ja: str) -> models.Drill:
    """Gives a drill its name and what the questionnaire said. Raises RuleError when there is no such drill."""
    require(actor, "import")
    with transaction.atomic():
        drill = models.Drill.objects.visible_to(actor).filter(fiscal_year=fiscal_year, code=code).first()
        if drill is None:
            raise RuleError("unknown_drill", f"{fiscal_year}年度の訓練「{code}」は登録されていません。")
        before = {"name_ja": drill.name_ja, "questionnaire_ja": drill.questionnaire_ja}
        drill.name_ja, drill.questionnaire_ja = name_ja, questionnaire_ja
        drill.save(update_fields=["name_ja", "questionnaire_ja"])
        after = {"name_ja": name_ja, "questionnaire_ja": questionnaire_ja}
        record(actor, "describe", "drill", f"{fiscal_year}/{code}", dict(before), dict(after))
    return drill
