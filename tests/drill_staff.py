"""What do the members of staff, scanners and proxies of a made-up city do with a training mail, and what is the truth?

A `Script` is drawn for each person before anything is sent: what he or she does and when, and which machines touch the
mail on the way. `play` does it through the real pages and the real report intake, by the links that stand in the mails
that the relay took. `truth_of` counts the scripts, and knows nothing of kansa's rules and arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from random import Random
from unittest.mock import patch

from django.test import Client
from django.utils import timezone

from kansa.apps.drills.actions import (
    Division,
    divide,
    leave_out,
    note_drill_mails,
    save_campaign,
    save_rules,
    set_texts,
    take_fates,
    take_reports,
    take_step,
)
from kansa.apps.drills.models import DrillCampaign, DrillIdentity, DrillRecipient
from kansa.apps.drills.queries import opened, signed_plan
from kansa.apps.drills.queries.keys import keyring_of
from kansa.apps.drills.queries.planned import batches_of_groups
from kansa.apps.mail.actions import send_slice, take_bounces
from kansa.apps.mail.models import MailRelay
from kansa.core.mail_drill.events import Settings
from kansa.core.mail_drill.flow import approval_sha256
from kansa.core.permission import Actor
from tests.drilling import words
from tests.mailing import Sink, relay_at

SEED = 20261128
PROXY = "203.0.113.5"  # everybody of the city leaves by this address
SCANNER = "192.0.2.77"
SCANNER_NETWORK = "192.0.2.0/24"
PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Mobile/15E148"
ROBOT = "python-requests/2.32"
LINK = re.compile(r"https://[a-z.]+(/m/1-[A-Za-z0-9_-]{22}/)")
# Per thousand people.
BOUNCED, CLICKED, CONFIRMED, REPORTED, AFTER_CLICK = 20, 130, 500, 260, 350
SCANNED, PREFETCHED, SHOWN, TALLIED = 220, 60, 420, 30


@dataclass(frozen=True)
class Script:
    """What happens with one person's mail; minutes after the mail came, None for never."""

    number: str
    place: int  # in the list
    is_bounced: bool = False
    clicks: tuple[int, ...] = ()
    is_confirmed: bool = False
    reports: int | None = None
    by_button: bool = False
    is_shown: bool = False
    is_scanned: bool = False
    is_prefetched: bool = False


def drawn(numbers: Iterable[str], seed: int) -> list[Script]:
    """A script for each staff number."""
    chance = Random(seed)

    def by(per_mille: int) -> bool:
        return chance.randrange(1000) < per_mille

    scripts = []
    for place, number in enumerate(numbers):
        if by(BOUNCED):
            scripts.append(Script(number, place, is_bounced=True))
            continue
        clicks: tuple[int, ...] = ()
        if by(CLICKED):
            first = 8 + min(chance.randrange(600), chance.randrange(600))
            clicks = (first, first + 3) if by(300) else (first,)
        begins = clicks[0] if clicks else 0
        reports = begins + 2 + chance.randrange(240) if by(AFTER_CLICK if clicks else REPORTED) else None
        scripts.append(
            Script(
                number,
                place,
                clicks=clicks,
                is_confirmed=bool(clicks) and by(CONFIRMED),
                reports=reports,
                by_button=by(400),
                is_shown=by(SHOWN),
                is_scanned=by(SCANNED),
                is_prefetched=by(PREFETCHED),
            )
        )
    return scripts


@dataclass(frozen=True)
class Truth:
    """What really happened, counted in people."""

    listed: int
    sent: int
    delivered: int
    opened: int
    clicked: int
    reported: int
    reported_after_click: int
    before_first_click: int
    first_click: datetime | None
    first_report: datetime | None

    def as_counts(self) -> dict[str, int]:
        """The numbers by kansa's words."""
        names = ("listed", "sent", "delivered", "opened", "clicked", "reported", "reported_after_click")
        return {name: getattr(self, name) for name in names}


def truth_of(scripts: Sequence[Script], came: Mapping[str, datetime], left_out: int) -> Truth:
    """The truth of a list. `came`: staff number -> when the mail was with the relay; `left_out`: with a reason."""
    clicked = {one.number: came[one.number] + timedelta(minutes=one.clicks[0]) for one in scripts if one.clicks}
    reported = {
        one.number: came[one.number] + timedelta(minutes=one.reports) for one in scripts if one.reports is not None
    }
    first_click, first_report = min(clicked.values(), default=None), min(reported.values(), default=None)
    return Truth(
        listed=len(scripts) + left_out,
        sent=len(scripts),
        delivered=sum(not one.is_bounced for one in scripts),
        opened=sum(one.is_shown or bool(one.clicks) for one in scripts),
        clicked=len(clicked),
        reported=len(reported),
        reported_after_click=sum(number in clicked and clicked[number] <= at for number, at in reported.items()),
        before_first_click=sum(first_click is None or at < first_click for at in reported.values()),
        first_click=first_click,
        first_report=first_report,
    )


def links_in(mails: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Address -> path of the link, as it stands in what the relay wrote down: (recipient, text)."""
    found = {}
    for recipient, text in mails:
        link = LINK.search(text.replace("=\n", "").replace("=3D", "="))
        assert link is not None, "a mail without a link"
        found[recipient] = link[1]
    return found


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The server's clock stands at a moment: a day of a drill takes seconds."""
    with patch.object(timezone, "now", lambda: moment):
        yield


@dataclass(frozen=True)
class Deed:
    """One request, or one forwarded mail, at a moment."""

    at: datetime
    number: str
    do: Callable[[str], None]


def request(path: str, *, agent: str, address: str, method: str = "get", **headers: str) -> None:
    """One hit on the real pages."""
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent, **headers)
    status = getattr(client, method)(path).status_code
    assert status == 200, f"{method} {path}: {status}"


def deeds_of(script: Script, came: datetime) -> Iterator[Deed]:
    """Everything that is done on the web about one mail; reports by mail stand apart."""
    agent = PHONE if script.place % 5 == 0 else PERSON

    def deed(seconds: float, path: str = "", **said: str) -> Deed:
        chosen = {"agent": agent, "address": PROXY} | said
        return Deed(came + timedelta(seconds=seconds), script.number, lambda link: request(link + path, **chosen))

    if script.is_scanned:  # looks before the mail is in the box: HEAD, the link, and what no person sees
        yield deed(1, method="head", agent=ROBOT, address=SCANNER)
        yield deed(1.5, agent=PERSON, address=SCANNER)
        yield deed(2, "c", agent=PERSON, address=SCANNER)
        yield deed(2.5, "p.png", agent=PERSON, address=SCANNER)
        yield deed(900, agent=ROBOT, address=SCANNER)  # and once more without a disguise
    if script.is_prefetched:
        yield deed(240, HTTP_SEC_PURPOSE="prefetch")
    if script.is_shown:
        yield deed(120, "p.png")
    for minute in script.clicks:
        yield deed(60 * minute)
    if script.is_confirmed:
        yield deed(60 * script.clicks[-1] + 20, "read", method="post")
    if script.reports is not None and script.by_button:
        yield deed(60 * script.reports, "r")


def play(scripts: Sequence[Script], links: Mapping[str, str], came: Mapping[str, datetime]) -> int:
    """Does everything on the web in the order of time; the number of requests."""
    deeds = [deed for one in scripts if not one.is_bounced for deed in deeds_of(one, came[one.number])]
    for deed in sorted(deeds, key=lambda one: one.at):
        with clock_at(deed.at):
            deed.do(links[deed.number])
    return len(deeds)


def forwarded(script: Script, link: str, reporter: str) -> bytes:
    """The training mail, sent on to the office by whoever got it; every third one as a quotation."""
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "jinji@mihon.example", "訓練"
    inner.set_content(f"次を見てください。\nhttps://kunren.mihon.example{link}\n")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = reporter, "houkoku@mihon.example", "Fwd: 不審なメール"
    if script.place % 3:
        mail.set_content("不審です。")
        mail.add_attachment(inner)
    else:
        mail.set_content("不審です。\n> " + inner.get_content().replace("\n", "\n> "), charset="iso-2022-jp")
    return mail.as_bytes()


@dataclass(frozen=True)
class Played:
    """A drill that was carried out, with its truth."""

    campaign: DrillCampaign
    truth: Truth
    mails: int
    requests: int
    twice: int


def carried_out(
    actors: tuple[Actor, Actor],
    fiscal_year: int,
    sink: Sink,
    *,
    departments: tuple[str, ...] = (),
    seed: int = 20261128,
) -> Played:
    """One drill from the plan to the last report: signed by two, sent through the relay, acted upon, judged."""
    clerk, approver = actors
    campaign = signed_drill(clerk, approver, fiscal_year, sink, departments)
    take_step(clerk, campaign.pk, "start")
    for batch in batches_of_groups(campaign):
        send_slice(clerk.municipality_id, batch.pk, seconds=600)
    note_drill_mails.func(None, clerk.municipality_id)
    people = identities_of(campaign)  # staff number -> address
    came = times_of(campaign)
    mails = sink.mails()
    paths = links_in((mail.recipient, mail.text) for mail in mails)
    links = {number: paths[address] for number, address in people.items() if address in paths}
    scripts = drawn(sorted(links), seed)
    truth = truth_of(scripts, came, left_out=len(people) - len(links))
    bounces = {mail.recipient: mail.sender for mail in mails}
    give_back([bounces[people[one.number]] for one in scripts if one.is_bounced], clerk)
    take_fates(DrillCampaign.objects.get(pk=campaign.pk))
    requests = play(scripts, links, came)
    forwards = [one for one in scripts if one.reports is not None and not one.by_button]
    at = {one.number: came[one.number] + timedelta(minutes=one.reports or 0) for one in forwards}
    bundle = [
        (f"{one.number}.eml", forwarded(one, links[one.number], people[one.number]), at[one.number]) for one in forwards
    ]
    take_reports(clerk, campaign.pk, [*bundle, *bundle[:3]], channel="mailbox")  # some lie in the box twice
    save_rules(clerk, campaign.pk, replace(Settings(), networks=(SCANNER_NETWORK,)))
    return Played(DrillCampaign.objects.get(pk=campaign.pk), truth, len(mails), requests, len(sink.twice()))


def signed_drill(
    clerk: Actor, approver: Actor, fiscal_year: int, sink: Sink, departments: tuple[str, ...]
) -> DrillCampaign:
    """A drill of two texts for the whole roster, two people left out, approved by the second person."""
    relay = relay_at(sink.port)
    MailRelay.objects.filter(pk=relay.pk).update(per_minute=60_000, per_hour=3_600_000, per_domain_minute=60_000)
    fast = {"pace_per_minute": 60_000, "pace_per_domain": 60_000, "relay_id": relay.pk}
    whole_day = {"any_day": True, "day_begins_minute": 0, "day_ends_minute": 1440}
    plan = replace(words(), may_follow_up=True, follow_up_until=words().keep_until, **fast, **whole_day)
    campaign = save_campaign(clerk, fiscal_year, "KR-1", plan)
    divide(clerk, campaign.pk, Division("random", 2, departments))
    set_texts(clerk, campaign.pk, {"A": "nenmatsu-chosei", "B": "web-kaigi"})
    out = sorted(identities_of(campaign))[:2]
    leave_out(clerk, campaign.pk, dict.fromkeys(out, "長期の休み"))
    campaign = DrillCampaign.objects.get(pk=campaign.pk)
    take_step(clerk, campaign.pk, "submit")
    return take_step(approver, campaign.pk, "approve", shown_sha256=approval_sha256(signed_plan(campaign)))


def identities_of(campaign: DrillCampaign) -> dict[str, str]:
    """Staff number -> address, as only the key of the drill tells."""
    keyring = keyring_of(campaign)
    rows = DrillIdentity.objects.filter(campaign=campaign).values_list("sealed", flat=True)
    return {number: address for address, _, number in (opened(keyring, sealed) for sealed in rows)}


def times_of(campaign: DrillCampaign) -> dict[str, datetime]:
    """Staff number -> when the relay took the mail."""
    keyring = keyring_of(campaign)
    rows = DrillIdentity.objects.filter(campaign=campaign).values_list("event_token", "sealed")
    at = dict(DrillRecipient.objects.filter(campaign=campaign).values_list("event_token", "relayed_at"))
    return {opened(keyring, sealed)[2]: at[token] for token, sealed in rows if at[token] is not None}


def give_back(senders: Sequence[str], clerk: Actor) -> None:
    """Notices of mails that did not arrive, to the return path of each."""
    if senders:
        head = "From x\nFrom: MAILER-DAEMON@x\nTo: <{}>\nSubject: Returned mail\n\nUser unknown\n"
        notices = [head.format(one) for one in senders]
        take_bounces(clerk, [("bounces.mbox", "\n".join(notices).encode())])
