"""How does a report become a scan? Read as a stream, written in batches, within one transaction: whole or not at all.

The look beforehand is the same act, taken back at its end, so that what was shown and what is done cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from kansa.apps.diagnosis.actions.hosts import HostBook, described, joined
from kansa.apps.diagnosis.actions.items import ItemWriter
from kansa.apps.diagnosis.actions.states import refresh_states
from kansa.apps.diagnosis.models import Asset, NetworkZone, Scan, Vulnerability
from kansa.apps.people.actions import lock_municipality
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import record, require
from kansa.apps.trail.models import SourceFile
from kansa.core.errors import Place, Refusal, RuleError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor, can
from kansa.core.vulnerability import OPEN_STATES
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread

BATCH = 1_000
MOST_UNREAD = 200
MOST_HOSTS_TOLD = 500

Read = Callable[[], Iterable[ScanRecord]]  # the records from the start, each time it is called
Tell = Callable[[int], None]  # how many items were read so far


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What the person says of a report. `scanned_at`: the day, when the report itself does not give it.

    `advisory_days`: what a patch check was matched against, see Scan; `warnings`: what is to be told of the report.
    """

    fiscal_year: int
    zone: NetworkZone
    report_name: str
    engagement: Engagement | None = None
    scanned_at: datetime | None = None
    is_whole: bool = True
    port_ranges: str = ""
    advisory_days: list[list[str]] = field(default_factory=list)
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a report over did, or would do. `told`: numbers and hosts as they are kept with the upload."""

    scan: Scan
    told: dict[str, object] = field(default_factory=dict)
    warnings: tuple[Refusal, ...] = ()


@dataclass(slots=True)
class Outline:
    """A report without its items."""

    head: ScanHead
    hosts: dict[str, ScannedHost] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    item_count: int = 0
    seen_at: datetime | None = None


def outline_of(records: Iterable[ScanRecord], tell: Tell | None = None) -> Outline:
    """The hosts of a report, each with all that is told of it anywhere, and what could not be read."""
    stream = iter(records)
    head = next(stream, None)
    if not isinstance(head, ScanHead):
        raise RuleError("no_scan_head", "診断ツールの報告書として読み取れません。")
    found = Outline(head)
    for one in stream:
        if isinstance(one, ScanItem):
            found.item_count += 1
            if tell is not None and found.item_count % BATCH == 0:
                tell(found.item_count)
            if one.host_key not in found.hosts:
                found.hosts[one.host_key] = described(one.host_key)
            found.seen_at = found.seen_at or one.seen_at
        elif isinstance(one, ScannedHost):
            before = found.hosts.get(one.key)
            found.hosts[one.key] = joined(one, before) if before is not None else one
            found.seen_at = found.seen_at or one.seen_at
        elif isinstance(one, Unread):
            found.unread.append(one)
    return found


def require_upload(actor: Actor, engagement: Engagement | None) -> None:
    """The office may hand in any report, a firm those of its own engagements. Raises RuleError."""
    require(actor, "upload_scan")
    is_own = engagement is not None and engagement.firm_id is not None and engagement.firm_id in actor.firms
    if not can(actor, "manage_diagnosis") and not is_own:
        raise RuleError("not_allowed", "自分の受託した監査の診断結果だけを登録できます。")


def take_scan(actor: Actor, facts: ScanFacts, outline: Outline, read: Read, file: SourceFile) -> Taken:
    """Takes a report over. It is read twice: before, for its hosts, which may be told late; here for its items.

    Whatever a reader refuses at the end undoes it all. Raises InputError of the reader; RuleError: not allowed, the
    same report twice, no day.
    """
    require_upload(actor, facts.engagement)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        scan = _scan(actor, facts, outline, file)
        hosts = HostBook(actor.municipality_id, facts.zone, facts.fiscal_year)
        for host in outline.hosts.values():
            hosts.add(host)
        writer = ItemWriter(scan, hosts)
        items = (one for one in read() if isinstance(one, ScanItem))
        while batch := list(islice(items, BATCH)):
            writer.write(batch)
        hosts.save(scan)
        return _finish(actor, scan, hosts, writer, outline, facts.warnings)


def _scan(actor: Actor, facts: ScanFacts, outline: Outline, file: SourceFile) -> Scan:
    """The row of the scan. Raises RuleError when the very same report is there already, or nobody tells its day."""
    head = outline.head
    at = head.ended_at or head.started_at or outline.seen_at or facts.scanned_at
    if at is None:
        raise RuleError("no_scan_day", "この報告書には診断した日時がありません。「診断した日」を入力してください。")
    same = Scan.objects.filter(
        municipality_id=actor.municipality_id, source_file=file, report_name=facts.report_name[:255]
    ).first()
    if same is not None:
        day = timezone.localtime(same.imported_at).strftime("%Y-%m-%d")
        raise RuleError("scan_known", f"同じ報告書を{day}に取り込み済みです。新しくなるものも消えるものもありません。")
    return Scan.objects.create(
        municipality_id=actor.municipality_id,
        fiscal_year=facts.fiscal_year,
        tool=head.tool[:40],
        tool_version=head.tool_version[:60],
        policy=head.policy[:200],
        network_zone=facts.zone,
        engagement=facts.engagement,
        source_file=file,
        report_name=facts.report_name[:255],
        scanned_at=at,
        started_at=head.started_at,
        ended_at=head.ended_at,
        is_whole=facts.is_whole,
        port_ranges=facts.port_ranges,
        advisory_days=facts.advisory_days,
        imported_by_id=actor.account_id,
        imported_at=timezone.now(),
    )


def _finish(
    actor: Actor,
    scan: Scan,
    hosts: HostBook,
    writer: ItemWriter,
    outline: Outline,
    warnings: tuple[Refusal, ...],
) -> Taken:
    asset_ids = {entry.asset_id for entry in hosts.entries.values()}
    changes = refresh_states(actor.municipality_id, asset_ids, scan)
    told: dict[str, object] = {
        **changes.told(),
        "elsewhere": _open_elsewhere(scan, asset_ids),
        "hosts": _told_hosts(hosts),
    }
    scan.host_count, scan.item_count = len(hosts.entries), writer.seen.item_count
    scan.repeated_count, scan.unread_count = writer.seen.repeated_count, len(outline.unread)
    scan.unread = [[one.place, one.reason_ja] for one in outline.unread[:MOST_UNREAD]]
    scan.counts = {name: told[name] for name in ("counts", "information", "elsewhere")}
    scan.save(update_fields=["host_count", "item_count", "repeated_count", "unread_count", "unread", "counts"])
    after = {"tool": scan.tool, "zone": scan.network_zone.code, "items": scan.item_count, **scan.counts}
    record(actor, "import", "scan", str(scan.pk), {}, {"sha256": scan.source_file.sha256, **after})
    return Taken(scan, told, (*warnings, *_warnings(scan, hosts)))


def _open_elsewhere(scan: Scan, asset_ids: set[int]) -> int:
    """How many vulnerabilities of the same tool are open on assets of the zone that this scan did not look at."""
    rows = Vulnerability.objects.filter(
        municipality_id=scan.municipality_id,
        weakness__tool=scan.tool,
        asset__network_zone=scan.network_zone,
        last_state__in=OPEN_STATES,
    ).exclude(weakness__kind="information")
    total = rows.count()
    within = sum(rows.filter(asset__in=chunk).count() for chunk in _chunks(sorted(asset_ids)))
    return total - within


def _chunks(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), 500):
        yield keys[start : start + 500]


def _told_hosts(hosts: HostBook) -> dict[str, object]:
    """Which hosts the register does not know, which clues disagree, which did not answer."""
    tray = [entry for entry in hosts.entries.values() if entry.is_in_tray]
    split = [entry for entry in hosts.entries.values() if entry.match.others]
    keys = {key for entry in split for _clue, others in entry.match.others for key in others}
    names = dict(Asset.objects.filter(pk__in=sorted(keys)).values_list("pk", "asset_number"))
    return {
        "count": len(hosts.entries),
        "matched": len(hosts.entries) - len(tray),
        "unreached": sum(not entry.is_reached for entry in hosts.entries.values()),
        "tray_count": len(tray),
        "tray": [
            {"host": entry.told.key, "items": entry.item_count, "is_ambiguous": entry.match.is_ambiguous}
            for entry in tray[:MOST_HOSTS_TOLD]
        ],
        "conflicts": [
            {
                "host": entry.told.key,
                "clue": entry.match.clue,
                "others": [[clue, [names.get(key, "") for key in others]] for clue, others in entry.match.others],
            }
            for entry in split[:MOST_HOSTS_TOLD]
        ],
    }


def _warnings(scan: Scan, hosts: HostBook) -> Iterator[Refusal]:
    """What the person should look at before saying yes."""
    place = Place(scan.report_name)
    day = timezone.localtime(scan.scanned_at).date()
    if fiscal_year_of(day) != scan.fiscal_year:
        yield Refusal("other_year", f"診断した日（{day}）は、選んだ年度（{scan.fiscal_year}年度）にありません。", place)
    if not hosts.entries:
        yield Refusal("no_hosts", "検査したホストがありません。範囲に入っていないものは「未確認」のままです。", place)
    others = Scan.objects.filter(
        municipality_id=scan.municipality_id, tool=scan.tool, network_zone=scan.network_zone
    ).exclude(pk=scan.pk)
    policies = set(others.exclude(policy="").values_list("policy", flat=True))
    if scan.tool != "patch_check" and scan.is_whole and scan.policy and policies and scan.policy not in policies:
        reason = (
            f"検査の方針「{scan.policy}」は、この領域の前の診断と違います。一部の検査なら、その旨を選んでください。"
        )
        yield Refusal("other_policy", reason, place)
    if scan.unread_count:
        yield Refusal("unread", f"{scan.unread_count}件を読み取れませんでした。ほかは取り込みます。", place)
