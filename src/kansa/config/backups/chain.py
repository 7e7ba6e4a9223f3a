"""Which copy was the last one, and what did it hold? The trail knows its name, the folder has its contents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kansa.apps.self_inspection.models import Campaign
from kansa.apps.trail.models import Event
from kansa.apps.trail.queries import streamed
from kansa.config.backups import held
from kansa.config.backups.archive import HELD, copies_in, read_entry, read_manifest
from kansa.config.backups.choice import Choice
from kansa.config.backups.work import place
from kansa.core.errors import RuleError

VERBS = ("back_up", "restore_backup")


@dataclass(frozen=True, slots=True)
class Head:
    """The last copy, which others follow. `name`: "" when none may follow; `campaigns`: those it holds something of."""

    event: int
    name: str
    held_sha256: str
    campaigns: frozenset[int]


def head_of(municipality_id: int) -> Head | None:
    """The last copy by the trail; one that held nothing because the last one was not at hand does not count."""
    events = Event.objects.filter(municipality_id=municipality_id, object_kind="backup", verb__in=VERBS)
    with streamed(events.order_by("-pk"), 50) as found:
        for event in found:
            if not event.after.get("apart"):
                known = frozenset(event.after["campaigns"])
                return Head(event.pk, event.after.get("follow", event.object_key), event.after["held_sha256"], known)
    return None


def choice_after(head: Head | None, folder: Path) -> Choice:
    """What the last copy held, out of the folder; without it nothing may be taken of campaigns that it knew."""
    if head is None:
        return Choice()
    path = folder / head.name
    if head.name:
        finish_part(head, folder)
    try:
        if head.name and follows_nobody_else(head, folder):
            return Choice({one.campaign: one for one in held.read(read_entry(path, HELD))})
    except RuleError:
        pass  # it is gone or broken: as if it were elsewhere
    under_way = Campaign.objects.filter(state="open").exclude(privacy="identified").values_list("pk", flat=True)
    return Choice(is_lost=bool(head.campaigns & {*under_way}))


def follows_nobody_else(head: Head, folder: Path) -> bool:
    """Whether the last copy is there, and none after it holds anything: one that an older installation still makes, or
    that was made before this one was restored, would be compared with ours. Raises RuleError when it is not there.
    """
    manifest = read_manifest(folder / head.name)
    if manifest.held_sha256 != head.held_sha256:
        return False
    later = [
        path
        for path, one in copies_in(folder)
        if one.key_check == manifest.key_check and one.made_at > manifest.made_at and path.name != head.name
    ]
    return not any(
        group.state.begun or group.state.answers
        for path in later
        for one in held.read(read_entry(path, HELD))
        for group in one.groups.values()
    )


def part_of(folder: Path, name: str) -> Path:
    """Under which name a copy is written until it is finished."""
    return folder / f".{name}.part"


def finish_part(head: Head, folder: Path) -> None:
    """A copy that was finished and noted when the power failed gets its name now."""
    part, path = part_of(folder, head.name), folder / head.name
    if part.exists() and not path.exists():
        try:
            if read_manifest(part).held_sha256 == head.held_sha256:
                place(part, path)
        except RuleError:
            return
