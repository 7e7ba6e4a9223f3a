"""Was it a person, a machine, or can nobody tell? Raw hits are judged by rules that can be switched and run again.

A rule sets a bit on a hit; nothing else is decided at that moment. What counts follows from the bits and from the
rules that are switched on: under the loosest reading only what is never a person's act falls out (HEAD, prefetch,
canary), under the strictest every doubt does, and the office's own choice lies between the two. So the effect of each
rule is known without judging again. Hits may come in any order, twice, or from several servers: the figures are the
same. Whoever has hits of machines only was still reached and stays in the denominator.
Worked examples: docs/spec/23-mail-drill.md. Why these rules: docs/adr/0031.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from kansa.core.errors import InputError, Place, Refusal

HIT_KINDS_JA = {
    "fetched": "取得のみ（HEAD）",
    "opened": "メールの表示（画像の読込み）",
    "clicked": "リンクのクリック",
    "attached": "添付ファイルを開いた",
    "canary": "見えないリンクの取得",
    "reported": "報告",
    "confirmed": "「読みました」の操作",
}
HIT_KINDS = tuple(HIT_KINDS_JA)
# What a hit says about a person. Following the link and opening the attachment are one act in the figures.
ACTS = {"opened": "opened", "clicked": "clicked", "attached": "clicked", "reported": "reported"}
ACT_NAMES = ("opened", "clicked", "reported")


class Hit(NamedTuple):
    """One raw hit of one recipient. `channel`: link for the landing server, else how a report came."""

    kind: str
    at: datetime
    method: str = "GET"
    address: str = ""
    agent: str = ""
    prefetch: str = ""
    channel: str = "link"


@dataclass(frozen=True, slots=True)
class Rule:
    """One sign of a machine: its bit, whether it settles the matter or leaves it open, whether it can be switched."""

    bit: int
    verdict: str  # machine | undecided
    name_ja: str
    is_fixed: bool = False


RULES = {
    "head": Rule(1, "machine", "HEAD（内容を読まない取得）", is_fixed=True),
    "prefetch": Rule(2, "machine", "先読みのヘッダー（Sec-Purpose、Purpose、X-Moz）", is_fixed=True),
    "canary": Rule(4, "machine", "見えないリンクも取得した機器", is_fixed=True),
    "network": Rule(8, "machine", "検査機器・プロキシのネットワーク"),
    "agent": Rule(16, "machine", "人のブラウザではあり得ないUser-Agent"),
    "burst": Rule(32, "machine", "数秒間に多数のクリック"),
    "quick": Rule(64, "undecided", "送信直後のアクセス"),
    "crowd": Rule(128, "undecided", "一つのアドレスから多人数分のアクセス"),
    "unconfirmed": Rule(256, "undecided", "本人の二度目の操作による裏付けがない"),
}
FIXED = sum(rule.bit for rule in RULES.values() if rule.is_fixed)
ALL = sum(rule.bit for rule in RULES.values())
SETTLING = sum(rule.bit for rule in RULES.values() if rule.verdict == "machine")
SWITCHABLE = tuple(code for code, rule in RULES.items() if not rule.is_fixed)
NO_AGENT = ("curl/", "wget/", "python-", "go-http-client", "java/", "libwww", "okhttp", "headless", "bot", "spider")


@dataclass(frozen=True, slots=True)
class Settings:
    """The numbers of the rules and which of them are switched on. Data of the campaign, never of the installation."""

    on: frozenset[str] = frozenset({"network", "agent", "burst", "quick"})
    quick_seconds: int = 10
    burst_count: int = 3  # more than this many clicks ...
    burst_seconds: int = 3  # ... within so many seconds
    crowd_people: int = 2  # one address for more people than this
    canary_seconds: int = 60  # what the same machine did around the canary
    networks: tuple[str, ...] = ()
    warn_percent: int = 30  # a rule that takes more of those who clicked is pointed out

    def __post_init__(self) -> None:
        unknown = self.on - set(SWITCHABLE)
        if unknown:
            raise InputError(Refusal("unknown_rule", f"判定の規則「{min(unknown)}」はありません。"))
        for network in self.networks:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                reason = f"「{network[:50]}」はネットワーク（例 192.0.2.0/24）として読めません。"
                raise InputError(Refusal("bad_network", reason, Place(column="ネットワーク"))) from None
        if min(self.quick_seconds, self.burst_count, self.burst_seconds, self.crowd_people, self.canary_seconds) < 0:
            raise InputError(Refusal("negative_rule", "判定の規則の数は0以上にしてください。"))

    @property
    def mask(self) -> int:
        """The bits that take a hit out of the figures: the fixed ones and those switched on."""
        return FIXED | sum(RULES[code].bit for code in self.on)


class Judged(NamedTuple):
    """A hit that says something about a person, with the bits of the signs it shows."""

    act: str
    at: datetime
    bits: int


def verdict(bits: int, mask: int) -> str:
    """person, machine or undecided, under the rules of a mask.

    >>> verdict(RULES["quick"].bit, FIXED), verdict(RULES["quick"].bit, ALL)
    ('person', 'undecided')
    """
    shown = bits & mask
    if not shown:
        return "person"
    return "machine" if shown & SETTLING else "undecided"


def reasons_ja(bits: int, mask: int) -> list[str]:
    """The signs that count, in words."""
    return [rule.name_ja for rule in RULES.values() if rule.bit & bits & mask]


class Networks:
    """The city's list of scanners and proxies; an address is looked up once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.ranges = [ipaddress.ip_network(text, strict=False) for text in texts]
        self.known: dict[str, bool] = {}

    def __contains__(self, address: str) -> bool:
        found = self.known.get(address)
        if found is None:
            if len(self.known) > 100_000:  # a flood of addresses must not fill the memory
                self.known.clear()
            found = self.known[address] = self._look_up(address)
        return found

    def _look_up(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(ip, "ipv4_mapped", None) or ip
        return any(mapped in one for one in self.ranges)


def is_no_browser(agent: str) -> bool:
    """An empty agent, one that is a tool's own name, or one that does not say Mozilla as every browser does."""
    small = agent.lower()
    return not small.startswith("mozilla/") or any(word in small for word in NO_AGENT)


def crowds(pairs: Iterable[tuple[str, str]], most: int) -> frozenset[str]:
    """The addresses that stand for more than `most` people, from (recipient, address); memory grows with addresses.

    >>> crowds([("a", "192.0.2.1"), ("b", "192.0.2.1"), ("a", "192.0.2.1")], 1)
    frozenset({'192.0.2.1'})
    """
    seen: dict[str, set[str]] = {}
    full: set[str] = set()
    for recipient, address in pairs:
        if not address or address in full:
            continue
        people = seen.setdefault(address, set())
        people.add(recipient)
        if len(people) > most:
            full.add(address)
            del seen[address]
    return frozenset(full)


@dataclass(slots=True)
class Judge:
    """The rules of one campaign, ready for one recipient after the other."""

    settings: Settings
    crowded: frozenset[str] = frozenset()
    networks: Networks = field(init=False)
    agents: dict[str, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.networks = Networks(self.settings.networks)

    def judged(self, hits: Iterable[Hit], sent_at: datetime | None) -> list[Judged]:
        """The hits of one recipient with their bits, earliest first. A hit that came twice is one."""
        ordered = sorted(set(hits))
        canaries = [hit for hit in ordered if hit.kind == "canary"]
        confirmed: dict[tuple[str, str], datetime] = {}
        for hit in ordered:
            if hit.kind == "confirmed" and not self._never(hit):
                source = hit.address, hit.agent
                confirmed[source] = max(hit.at, confirmed.get(source, hit.at))
        bursts = self._bursts(ordered)
        quick = sent_at + timedelta(seconds=self.settings.quick_seconds) if sent_at is not None else None
        found = []
        for hit in ordered:
            act = ACTS.get(hit.kind)
            if act is None:
                continue
            if hit.channel != "link":
                found.append(Judged(act, hit.at, 0))  # somebody wrote a mail, or called
                continue
            bits = self._never(hit)
            if canaries and self._is_by_canary(hit, canaries):
                bits |= RULES["canary"].bit
            until = confirmed.get((hit.address, hit.agent))
            if until is None or hit.at > until:
                bits |= self._doubts(hit, quick, (hit.address, hit.agent, hit.at) in bursts)
            found.append(Judged(act, hit.at, bits))
        return sorted(found, key=lambda one: (one.at, one.act, one.bits))

    def _never(self, hit: Hit) -> int:
        bits = RULES["head"].bit if hit.method == "HEAD" else 0
        return bits | (RULES["prefetch"].bit if hit.prefetch else 0)

    def _doubts(self, hit: Hit, quick: datetime | None, in_burst: bool) -> int:
        bits = RULES["unconfirmed"].bit if hit.kind != "opened" else 0
        if quick is not None and hit.at < quick:
            bits |= RULES["quick"].bit
        if in_burst:
            bits |= RULES["burst"].bit
        if hit.address in self.crowded:
            bits |= RULES["crowd"].bit
        if self.networks.ranges and hit.address in self.networks:
            bits |= RULES["network"].bit
        odd = self.agents.get(hit.agent)
        if odd is None:
            if len(self.agents) > 100_000:
                self.agents.clear()
            odd = self.agents[hit.agent] = is_no_browser(hit.agent)
        return bits | (RULES["agent"].bit if odd else 0)

    def _is_by_canary(self, hit: Hit, canaries: list[Hit]) -> bool:
        near = timedelta(seconds=self.settings.canary_seconds)
        return any(
            one.address == hit.address and one.agent == hit.agent and abs(one.at - hit.at) <= near for one in canaries
        )

    def _bursts(self, ordered: list[Hit]) -> set[tuple[str, str, datetime]]:
        """Clicks of one machine that stand closer together than a hand can follow."""
        most, near = self.settings.burst_count, timedelta(seconds=self.settings.burst_seconds)
        clicks = [hit for hit in ordered if hit.kind in ("clicked", "attached")]
        if len(clicks) <= most:
            return set()
        by_source: dict[tuple[str, str], list[datetime]] = {}
        for hit in clicks:
            by_source.setdefault((hit.address, hit.agent), []).append(hit.at)
        found: set[tuple[str, str, datetime]] = set()
        for source, times in by_source.items():
            times.sort()
            for place in range(len(times) - most):
                if times[place + most] - times[place] <= near:
                    found.update((*source, at) for at in times[place : place + most + 1])
        return found


@dataclass(frozen=True, slots=True)
class Acts:
    """What one recipient did under one set of rules. `first`: act -> moment, persons' acts only."""

    first: Mapping[str, datetime]
    undecided: frozenset[str]  # acts of which only doubtful hits are known
    has_hits: bool

    @property
    def is_machine_only(self) -> bool:
        """Hits there were, and none of them a person's or doubtful."""
        return self.has_hits and not self.first and not self.undecided


def acts_of(judged: Iterable[Judged], mask: int) -> Acts:
    """The acts of one recipient, each with its first moment. Many hits of one act are one act."""
    first: dict[str, datetime] = {}
    doubtful: set[str] = set()
    has_hits = False
    for one in judged:
        has_hits = True
        found = verdict(one.bits, mask)
        if found == "person" and (one.act not in first or one.at < first[one.act]):
            first[one.act] = one.at
        elif found == "undecided":
            doubtful.add(one.act)
    return Acts(first, frozenset(doubtful - first.keys()), has_hits)


@dataclass(slots=True)
class RuleEffect:
    """What one rule would do alone: hits it marks, people of whom no click would be left."""

    hit_count: int = 0
    people_count: int = 0


@dataclass(slots=True)
class Effects:
    """The effect of every rule over a whole campaign, gathered recipient by recipient."""

    clicked_count: int = 0  # people who clicked by the loosest reading
    rules: dict[str, RuleEffect] = field(default_factory=lambda: {code: RuleEffect() for code in RULES})

    def add(self, judged: Iterable[Judged]) -> None:
        """Takes one recipient into account."""
        clicks = []
        for one in judged:
            for code, rule in RULES.items() if one.bits else ():
                self.rules[code].hit_count += bool(one.bits & rule.bit)
            if one.act == "clicked" and not one.bits & FIXED:
                clicks.append(one.bits)
        if not clicks:
            return
        self.clicked_count += 1
        common = ALL
        for bits in clicks:
            common &= bits
        for code, rule in RULES.items() if common else ():
            self.rules[code].people_count += bool(common & rule.bit)

    def warnings(self, settings: Settings) -> list[str]:
        """Codes of switchable rules that would make more than the limit of those who clicked into machines."""
        if not self.clicked_count:
            return []
        most = settings.warn_percent * self.clicked_count
        return [code for code in SWITCHABLE if self.rules[code].people_count * 100 > most]


def warning_ja(code: str, effects: Effects) -> str:
    """Why a rule needs a second look."""
    count = effects.rules[code].people_count
    return (
        f"規則「{RULES[code].name_ja}」だけで、クリックした{effects.clicked_count:,}人のうち{count:,}人が人ではないことに"
        "なります。庁内の全員が一つのプロキシを通るなど、規則が当てはまらない事情がないか確かめてください。"
    )


Groups = Iterable[tuple[str, datetime | None, list[Hit]]]


def by_person(
    hits: Iterable[tuple[str, Hit]], sent: Mapping[str, datetime | None]
) -> Iterator[tuple[str, datetime | None, list[Hit]]]:
    """Hits of one recipient together, from rows that are ordered by recipient: only one recipient is held at a time.

    Rows whose recipient is not in `sent` are left out.
    """
    current, found = "", list[Hit]()
    for recipient, hit in hits:
        if recipient != current:
            if found and current in sent:
                yield current, sent[current], found
            current, found = recipient, []
        found.append(hit)
    if found and current in sent:
        yield current, sent[current], found


def judge_all(
    rows: Callable[[], Iterable[tuple[str, Hit]]], sent: Mapping[str, datetime | None], settings: Settings
) -> Iterator[tuple[str, list[Judged]]]:
    """Every recipient's hits with their bits. `rows` gives the rows twice, each time ordered by recipient.

    The first pass finds the addresses of crowds; the second judges one recipient after the other.
    """
    crowded = crowds(((who, hit.address) for who, hit in rows() if who in sent), settings.crowd_people)
    judge = Judge(settings, crowded)
    for recipient, sent_at, hits in by_person(rows(), sent):
        yield recipient, judge.judged(hits, sent_at)
