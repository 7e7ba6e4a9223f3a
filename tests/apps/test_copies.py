"""Can anybody who keeps every nightly copy of the database join an answer to a person? And what does a restore forget?

The attacker compares copies with each other and with the state after closing (docs/adr/0041). The same attack is let
loose on plain copies, where it succeeds.
"""

from __future__ import annotations

import errno
import io
import json
import os
import random
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from kansa.apps.self_inspection.actions import (
    HeldCampaign,
    HeldGroup,
    begin,
    copy_begun,
    move_campaign,
    note_restored,
    save_answer,
)
from kansa.apps.self_inspection.actions.copying import Run
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment, Response
from kansa.apps.self_inspection.queries import Invitation, Respondent, asked_items, respondent_of
from kansa.apps.self_inspection.queries.keys import row_token
from kansa.config.backups import held
from kansa.config.backups.archive import HELD, Manifest, Writer, read_manifest, verify
from kansa.config.backups.chain import Head, choice_after
from kansa.config.backups.choice import Choice, choose
from kansa.config.backups.making import back_up, prune
from kansa.config.backups.work import told_faults
from kansa.core.copies import GroupState
from kansa.core.errors import RuleError
from tests.builders import imported, staff
from tests.cast import CITY, CLERK, browser_of, this_fiscal_year
from tests.inspecting import build_campaign, build_staff

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
pytestmark = pytest.mark.django_db
reads_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="copies the test's own database in memory")
K = 5
LARGE = [f"L{number:03}" for number in range(1, 17)]  # with the eight of 第101課 a group of 24


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    build_staff()
    imported("staff", [staff(number, "101", fiscal_year=this_fiscal_year()) for number in LARGE])


def members(campaign: Campaign) -> list[CampaignMember]:
    rows = CampaignMember.objects.filter(campaign=campaign, department__code="101")
    return list(rows.order_by("staff_number"))


def begun(campaign: Campaign, member: CampaignMember) -> str:
    """The person's key of answers."""
    return begin(Invitation(campaign, member))


def answered(campaign: Campaign, key: str, *answers: str) -> None:
    who = respondent_of(campaign, None, key)
    assert isinstance(who, Respondent)
    for item, answer in zip(asked_items(campaign), answers, strict=False):
        save_answer(who, item, answer)


def in_memory() -> bytes:
    """The test's own database; one with a log of its own (WAL, bytes 18 and 19) cannot be opened in memory."""
    data = bytearray(connection.connection.serialize())
    data[18:20] = b"\x01\x01"
    return bytes(data)


def on_copy(copy: sqlite3.Connection) -> Run:
    def run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return copy.execute(statement.replace("%s", "?"), tuple(values)).fetchall()

    return run


def on_live(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Makes the test's own database what a copy would be: the state after a restore."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchall() if cursor.description else []


@dataclass
class Nights:
    """A chain of copies, plain ones beside them."""

    choice: Choice
    copies: list[GroupState]
    plain: list[GroupState]

    def pass_by(self, campaign: Campaign) -> None:
        with copy_begun():
            copy = sqlite3.connect(":memory:")
            copy.deserialize(in_memory())
        run = on_copy(copy)
        self.plain.append(seen(run, campaign))
        self.choice = Choice({one.campaign: one for one in choose(run, self.choice)})
        self.copies.append(seen(run, campaign))
        copy.close()


def seen(run: Run, campaign: Campaign) -> GroupState:
    """第101課 as whoever has a copy reads it."""
    [(department,)] = run("SELECT id FROM people_department WHERE code = '101'", [])
    marks = run(
        "SELECT id FROM self_inspection_campaignmember WHERE campaign_id = %s AND counted_in_id = %s AND has_begun",
        [campaign.pk, department],
    )
    rows = run(
        "SELECT respondent_token, met, applicable, answered FROM self_inspection_response"
        " WHERE checklist_id = %s AND department_id = %s",
        [campaign.checklist_id, department],
    )
    return GroupState(frozenset(one for (one,) in marks), {token: tuple(row) for token, *row in rows})


def narrowed(states: Sequence[GroupState], closed: GroupState, everybody: frozenset[int]) -> list[frozenset[int]]:
    """For each row that appears or changes between any two states: the people it can be of.

    Who newly began in between; without any who had begun already; after closing who had not begun.
    """
    found = []
    for before, after in combinations(states, 2):
        if any(after.answers[row] != before.answers.get(row) for row in after.answers):
            found.append(after.begun - before.begun or after.begun)
    left = len(closed.answers) - len(states[-1].answers)
    if left:
        found.append(everybody - states[-1].begun or everybody)
    return found


def a_fortnight(campaign: Campaign, chance: random.Random) -> Nights:
    """Few people a day begin; some answer at once, some on a later day; some change what they said."""
    nights, keys = Nights(Choice(), [], []), {}
    waiting = members(campaign)
    chance.shuffle(waiting)
    for number in (1, 0, 3, 2, 5, 0, 1, 1, 4, 0, 1, 2, 1, 0):
        for member in waiting[:number]:
            keys[member.pk] = begun(campaign, member)
            if chance.random() < 0.8:
                answered(campaign, keys[member.pk], chance.choice(["yes", "no"]))
        waiting = waiting[number:]
        for member in chance.sample(sorted(keys), min(len(keys), 2)):
            answered(campaign, keys[member], *chance.choices(["yes", "no", "not_applicable"], k=3))
        nights.pass_by(campaign)
    return nights


@reads_sqlite
@pytest.mark.parametrize("seed", [1, 2])
def test_a_fortnight_of_nightly_copies_joins_nobody(seed: int) -> None:
    campaign = build_campaign("confidential")
    nights = a_fortnight(campaign, random.Random(seed))
    move_campaign(CLERK, campaign.pk, "close")
    closed, everybody = seen(on_live, campaign), frozenset(one.pk for one in members(campaign))
    assert min(len(some) for some in narrowed(nights.plain, closed, everybody)) == 1  # the attack works
    covers = narrowed(nights.copies, closed, everybody)
    assert covers and min(len(some) for some in covers) >= K
    assert any(one.begun for one in nights.copies)  # and the copies do hold what they may
    assert not closed.begun and CampaignMember.objects.filter(has_begun=True).count() == 0


@reads_sqlite
def test_the_attack_on_plain_copies_names_the_right_person() -> None:
    campaign = build_campaign("confidential")
    nights = Nights(Choice(), [], [])
    nights.pass_by(campaign)
    member = members(campaign)[7]
    key = begun(campaign, member)
    answered(campaign, key, "no", "no", "yes")
    nights.pass_by(campaign)
    assert nights.plain[1].begun - nights.plain[0].begun == {member.pk}
    assert {*nights.plain[1].answers} - {*nights.plain[0].answers} == {row_token(campaign, key)}
    assert nights.copies[1] == nights.copies[0] == GroupState()


@reads_sqlite
def test_slips_without_names_appear_k_at_a_time() -> None:
    from tests.inspecting import browser_with, give, slips_of

    campaign = build_campaign("anonymous")
    nights, slips = Nights(Choice(), [], []), iter(slips_of(campaign))
    for count in (1, 2, 3, 1):
        for _ in range(count):
            give(browser_with(next(slips).code), campaign, "yn-")
        nights.pass_by(campaign)
    assert [len(one.answers) for one in nights.copies] == [0, 0, 6, 6]


@reads_sqlite
def test_an_identified_campaign_is_copied_whole_and_sessions_never_are() -> None:
    campaign = build_campaign("identified")
    member = members(campaign)[0]
    answered_by = browser_of("staff")
    answered_by.post(f"/answer/{campaign.pk}/all/", {"position": 1, "answer": "yes"})
    copy = sqlite3.connect(":memory:")
    copy.deserialize(in_memory())
    assert choose(on_copy(copy), Choice()) == []
    assert len(seen(on_copy(copy), campaign).answers) == 1 and member.campaign_id == campaign.pk
    assert copy.execute("SELECT count(*) FROM django_session").fetchone() == (0,)


@dataclass
class City:
    """Five who are in the copy, the last of them without an answer yet; and one who is not."""

    campaign: Campaign
    known: Mapping[int, str]
    idle: str
    left_out: CampaignMember
    lost_key: str


def restored_city() -> City:
    """What is there after a disaster and a restore."""
    campaign = build_campaign("confidential")
    chosen = members(campaign)
    keys = {one.pk: begun(campaign, one) for one in chosen[:5]}
    *active, idle = keys.values()
    for key in active:
        answered(campaign, key, "yes", "no")
    with copy_begun():
        nights = Choice({one.campaign: one for one in choose(on_live, Choice())})
    lost_key = begun(campaign, chosen[5])
    answered(campaign, lost_key, "no", "no", "no")
    note_restored(choose(on_live, nights))
    campaign = Campaign.objects.select_related("checklist").get(pk=campaign.pk)
    return City(campaign, keys, idle, chosen[5], lost_key)


def test_whoever_is_not_in_the_copy_begins_again_and_nobody_counts_twice() -> None:
    city = restored_city()
    campaign = city.campaign
    marked = set(CampaignMember.objects.filter(has_begun=True).values_list("pk", flat=True))
    assert marked == {*city.known} and Response.objects.count() == 4
    with pytest.raises(RuleError) as refused:  # the link of answers that are lost leads nowhere
        respondent_of(campaign, None, city.lost_key)
    assert refused.value.code == "restored" and "もう一度" in refused.value.reason_ja
    answered(campaign, begun(campaign, city.left_out), "yes")
    with pytest.raises(RuleError):  # nor when its holder has begun again: that would be a second answer
        respondent_of(campaign, None, city.lost_key)
    answered(campaign, city.idle, "yes", "yes")  # began before the copy and answers now, by the same link
    for key in city.known.values():
        answered(campaign, key, "yes", "yes", "yes")
    move_campaign(CLERK, campaign.pk, "close")
    assert Response.objects.count() == 6


def test_a_person_with_a_lost_link_in_the_browser_is_asked_to_begin_again() -> None:
    city = restored_city()
    client = browser_of("staff")
    client.cookies[f"kansa_answer_{city.campaign.pk}"] = city.lost_key
    CampaignMember.objects.filter(has_begun=True).update(has_begun=False)
    page = client.get(f"/answer/{city.campaign.pk}/").content.decode()
    assert f"/answer/{city.campaign.pk}/begin/" in page


def test_comments_come_along_when_k_people_do() -> None:
    """They have no group: one alone, on a day when nobody else did anything, would be that person's."""
    campaign = build_campaign("confidential")
    item = asked_items(campaign)[2]
    type(item).objects.filter(pk=item.pk).update(answer_kind="comment")
    chosen = members(campaign)
    begun(campaign, chosen[0])
    Comment.objects.create(
        pk=7, municipality_id=CITY, campaign=campaign, item=item, comment_token="a" * 64, text_ja="鍵がない"
    )
    first = choose(on_live, Choice())
    assert Comment.objects.count() == 0
    for one in chosen[:5]:
        begun(campaign, one)
    Comment.objects.create(
        pk=8, municipality_id=CITY, campaign=campaign, item=item, comment_token="a" * 64, text_ja="鍵がない"
    )
    choose(on_live, Choice({one.campaign: one for one in first}))
    assert Comment.objects.count() == 1


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, str]]:
    """This test's database as an installation, and where another one may be restored to, for commands of their own."""
    home = Path(settings.KANSA_HOME)
    for name in ("old", "new", "copies", "elsewhere"):
        (tmp_path / name).mkdir()
        if name in ("old", "new"):
            (tmp_path / name / "secret.key").write_bytes((home / "secret.key").read_bytes())
    (tmp_path / "old" / "files").mkdir()
    (tmp_path / "old" / "files" / "original").write_bytes(b"kept")
    if not ON_POSTGRES:
        (tmp_path / "old" / "kansa.sqlite3").write_bytes(connection.connection.serialize())
        yield {name: str(tmp_path / name) for name in ("old", "new", "copies", "elsewhere")}
        return
    given = connection.settings_dict
    url = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/"
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE restored TEMPLATE template0 ENCODING 'UTF8'")
    try:
        named = {"old_url": url + given["NAME"], "new_url": url + "restored"}
        yield named | {name: str(tmp_path / name) for name in ("old", "new", "copies", "elsewhere")}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE restored WITH (FORCE)")


def kansa(places: dict[str, str], home: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of a command."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"PYTHONIOENCODING": "utf-8", "KANSA_HOME": places[home]}
    if f"{home}_url" in places:
        environment["DATABASE_URL"] = places[f"{home}_url"]
    command = [sys.executable, "-m", "kansa.cli", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, json.loads(done.stdout or done.stderr)


def held_rows(path: str) -> int:
    """How many answers a copy says that it holds."""
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("held.json"))
    return sum(len(group["answers"]) for one in told for group in one["groups"])


@pytest.mark.django_db(transaction=ON_POSTGRES)
def test_a_copy_is_made_checked_followed_and_restored(places: dict[str, str]) -> None:
    campaign = build_campaign("confidential")
    keys = [begun(campaign, one) for one in members(campaign)[:4]]
    for key in keys:
        answered(campaign, key, "yes", "no", "yes")
    tokens = [row_token(campaign, key) for key in keys]
    if not ON_POSTGRES:
        Path(places["old"], "kansa.sqlite3").write_bytes(connection.connection.serialize())

    code, first = kansa(places, "old", "backup", "--to", places["copies"])
    assert code == 0 and first["has_campaigns"] and not first["is_apart"] and held_rows(first["file"]) == 0
    with zipfile.ZipFile(first["file"]) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(token.encode() in everything for token in tokens)  # no page and no dump remembers them
    assert b"kept" in everything and Path(places["old"], "secret.key").read_bytes() not in everything
    # Beside another chain nothing may be taken, however many there are.
    code, apart = kansa(places, "old", "backup", "--to", places["elsewhere"], "--keep", "1")
    assert code == 0 and apart["is_apart"]

    with pytest.raises(RuleError, match="がありません"):
        back_up(CLERK, Path(places["elsewhere"], "none"), timezone.localtime())
    code, restored = kansa(places, "new", "restore", first["file"])
    assert code == 0 and restored["newer"] == []
    assert Path(places["new"], "files", "original").read_bytes() == b"kept"
    code, following = kansa(places, "new", "backup", "--to", places["copies"])
    assert code == 0 and not following["is_apart"]  # the restored copy is the one that the next follows


def a_copy(folder: Path, campaign: Campaign, day: int, begun: int) -> Head:
    """A copy of some day, and what the trail would know of it."""
    group = HeldGroup(GroupState(frozenset(range(begun)), {str(one): (1,) for one in range(begun)}), day)
    data = held.written([HeldCampaign(campaign.pk, day, {(1, ""): group})])
    path = folder / f"kansa-backup-202611{day:02}-220000.zip"
    with path.open("wb") as file:
        writer = Writer(file)
        writer.add(HELD, io.BytesIO(data))
        made_at = f"2026-11-{day:02}T22:00:00+09:00"
        writer.finish(Manifest("1", made_at, "みほん市", "sqlite", "key", (), writer.entries))
    return Head(day, path.name, read_manifest(path).held_sha256, frozenset({campaign.pk}))


def test_a_changed_byte_is_found_or_changes_nothing(tmp_path: Path) -> None:
    """Every byte of a small copy turned over: it is refused, or all entries are as they were (a date of the zip)."""
    path = tmp_path / a_copy(tmp_path, build_campaign("confidential"), 1, 6).name
    whole, manifest = path.read_bytes(), verify(path)
    refused = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert verify(path).entries == manifest.entries
        except RuleError as fault:
            assert fault.code == "backup_broken"
            refused += 1
    assert refused > len(whole) // 2
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RuleError, match="使えません"):
        verify(path)


def test_a_copy_follows_exactly_the_last_one(tmp_path: Path) -> None:
    campaign = build_campaign("confidential")
    assert not choice_after(None, tmp_path).is_lost  # the first one
    first, second = a_copy(tmp_path, campaign, 1, 0), a_copy(tmp_path, campaign, 2, 6)
    assert len(choice_after(second, tmp_path).last[campaign.pk].groups[1, ""].state.begun) == 6
    assert choice_after(first, tmp_path).is_lost  # beside one that another installation made after it
    assert not choice_after(
        replace(first, campaigns=frozenset()), tmp_path / "x"
    ).is_lost  # it knew nothing of this one
    part = tmp_path / f".{second.name}.part"
    (tmp_path / second.name).rename(part)
    assert (
        campaign.pk in choice_after(second, tmp_path).last and not part.exists()
    )  # the power failed before it had its name
    (tmp_path / second.name).write_bytes(b"PK")
    assert choice_after(second, tmp_path).is_lost


def test_the_oldest_copies_of_the_own_city_go(tmp_path: Path) -> None:
    campaign = build_campaign("confidential")
    names = [a_copy(tmp_path, campaign, day, 0).name for day in (1, 2, 3)]
    assert prune(tmp_path, 2, "another city's key") == ()
    assert prune(tmp_path, 2, "key") == (names[0],)
    assert sorted(one.name for one in tmp_path.iterdir()) == names[1:]


def test_what_the_disk_says_is_told(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "small") as small:
        small.execute("PRAGMA max_page_count = 2")
        with pytest.raises(RuleError) as full, told_faults(tmp_path):
            small.execute("CREATE TABLE large AS SELECT randomblob(100000)")
    assert full.value.code == "disk_full"
    for number, code in ((errno.ENOSPC, "disk_full"), (errno.EACCES, "folder_refused"), (errno.EIO, "disk_fault")):
        with pytest.raises(RuleError) as refused, told_faults(tmp_path):
            raise OSError(number, os.strerror(number))
        assert refused.value.code == code
