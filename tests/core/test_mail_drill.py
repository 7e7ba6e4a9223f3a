"""Do the figures of a drill stay the same in any order, and can nobody subtract the tables to find a few people?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError, RuleError
from kansa.core.mail_drill.events import (
    ALL,
    FIXED,
    HIT_KINDS,
    SWITCHABLE,
    Acts,
    Effects,
    Hit,
    Judged,
    Settings,
    acts_of,
    judge_all,
)
from kansa.core.mail_drill.flow import MOVES, SignedPlan, approval_sha256, check_move, check_signed
from kansa.core.mail_drill.results import COUNTS, Outcome, counts_of, departments_shown
from kansa.core.mail_drill.scenario import Block, faults, filled, from_json, parse_body, to_json, typed_body
from kansa.formats.mail_drill import SCENARIOS
from tests.records import changed

SENT = datetime(2024, 10, 1, tzinfo=UTC)
PEOPLE = ("甲", "乙", "丙")
HITS = st.builds(
    Hit,
    kind=st.sampled_from(HIT_KINDS),
    at=st.integers(0, 40).map(lambda second: SENT + timedelta(seconds=second)),
    method=st.sampled_from(["GET", "GET", "HEAD", "POST"]),
    address=st.sampled_from(["192.0.2.1", "198.51.100.1", "198.51.100.2"]),
    agent=st.sampled_from(["Mozilla/5.0", "curl/8", ""]),
    prefetch=st.sampled_from(["", "", "prefetch"]),
    channel=st.sampled_from(["link", "link", "mailbox"]),
)
ROWS = st.lists(st.tuples(st.sampled_from(PEOPLE), HITS), max_size=14)
SETTINGS = st.builds(
    Settings,
    on=st.frozensets(st.sampled_from(SWITCHABLE)),
    quick_seconds=st.integers(0, 20),
    burst_count=st.integers(0, 3),
    crowd_people=st.integers(0, 3),
    networks=st.sampled_from([(), ("192.0.2.0/24",)]),
)


def judged_by(rows: list[tuple[str, Hit]], settings: Settings) -> dict[str, list[Judged]]:
    ordered = sorted(rows, key=lambda row: row[0])  # as the database gives them: by recipient, hits in any order
    return dict(judge_all(lambda: ordered, dict.fromkeys(PEOPLE, SENT), settings))


def figures(rows: list[tuple[str, Hit]], settings: Settings, mask: int) -> tuple[dict[str, int], list[object]]:
    judged = judged_by(rows, settings)
    none = Acts({}, frozenset(), has_hits=False)
    acts = [acts_of(judged[one], mask) if one in judged else none for one in PEOPLE]
    outcomes = [Outcome("1", "", "very", "accepted", is_bounced=False, is_absent=False, acts=one) for one in acts]
    return counts_of(outcomes), [sorted(one.first.items()) for one in acts]


@given(ROWS, SETTINGS, st.randoms(use_true_random=False))
def test_any_order_and_doubled_hits_give_the_same_figures(rows, settings, draw) -> None:  # type: ignore[no-untyped-def]
    again = rows + [one for one in rows if draw.random() < 0.5]
    draw.shuffle(again)
    assert figures(again, settings, settings.mask) == figures(rows, settings, settings.mask)


@given(ROWS, SETTINGS)
def test_a_person_counts_once_and_the_range_holds_the_choice(rows: list[tuple[str, Hit]], settings: Settings) -> None:
    strict, chosen, loose = (figures(rows, settings, mask)[0] for mask in (ALL, settings.mask, FIXED))
    for act in ("opened", "clicked", "reported"):
        assert 0 <= strict[act] <= chosen[act] <= loose[act] <= len(PEOPLE)
    assert chosen["delivered"] == len(PEOPLE)  # whoever has hits of machines only was reached all the same


@given(ROWS, SETTINGS)
def test_head_prefetch_and_canary_never_count(rows: list[tuple[str, Hit]], settings: Settings) -> None:
    barred = [
        (who, one)
        for who, one in rows
        if one.channel == "link" and (one.method == "HEAD" or one.prefetch or one.kind in ("canary", "fetched"))
    ]
    counts, _ = figures(barred, settings, FIXED)
    assert (counts["clicked"], counts["opened"], counts["reported"]) == (0, 0, 0)


def test_a_city_behind_one_proxy_is_pointed_out() -> None:
    rows = [
        (who, Hit("clicked", SENT + timedelta(minutes=9), address="10.0.0.1", agent="Mozilla/5.0")) for who in PEOPLE
    ]
    settings = Settings(on=frozenset({"crowd"}))
    effects = Effects()
    for judged in judged_by(rows, settings).values():
        effects.add(judged)
    assert effects.warnings(settings) == ["crowd", "unconfirmed"]
    assert (effects.clicked_count, effects.rules["crowd"].people_count, effects.rules["quick"].people_count) == (
        3,
        3,
        0,
    )


def test_rules_refuse_what_nobody_can_mean() -> None:
    for given_ in ({"on": frozenset({"head"})}, {"networks": ("10.0.0.0/99",)}, {"quick_seconds": -1}):
        with pytest.raises(InputError):
            Settings(**given_)  # type: ignore[arg-type]


def solvable(equations: list[tuple[dict[str, int], int]], unknown: str) -> bool:
    """Whether the equations fix one unknown: an attacker's linear algebra, written without the code under test."""
    names = sorted({name for vector, _ in equations for name in vector} | {unknown})
    matrix = [[Fraction(vector.get(name, 0)) for name in names] for vector, _ in equations]
    goal = [Fraction(name == unknown) for name in names]
    rank = 0
    for column in range(len(names)):
        pivot = next((row for row in range(rank, len(matrix)) if matrix[row][column]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        for row in [*matrix[rank + 1 :], goal]:
            factor = row[column] / matrix[rank][column]
            row[:] = [one - factor * other for one, other in zip(row, matrix[rank], strict=True)]
        rank += 1
    return not any(goal)


NUMBERS = st.integers(0, 25).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n)))


@given(st.dictionaries(st.sampled_from("abcdefg"), NUMBERS, min_size=1), st.integers(1, 6))
def test_no_suppressed_cell_can_be_worked_out(numbers: dict[str, tuple[int, int, int]], cut: int) -> None:
    rows: dict[str, Mapping[str, int]] = {
        name: dict.fromkeys(COUNTS, 0) | {"listed": n, "sent": n, "delivered": n, "clicked": clicked, "reported": told}
        for name, (n, clicked, told) in numbers.items()
    }
    names = sorted(rows)
    bureaus = {"I": names[:cut], "II": names[cut:]}
    tree = {bureau: below for bureau, below in bureaus.items() if below}
    tree["市"] = list(tree)
    shown = departments_shown(rows, tree, 5)
    below = {"I": bureaus["I"], "II": bureaus["II"], "市": names}
    for count in ("delivered", "clicked", "reported"):
        equations = [
            (dict.fromkeys(below.get(cell, [cell]), 1), 0) for cell in shown if isinstance(shown[cell][count], int)
        ]
        for name in names:
            n, value = rows[name]["delivered"], rows[name][count]
            if 0 < n < 5:
                assert not solvable(equations, name), (count, name)
            if count != "delivered" and 0 < n < 20 and value in (0, n):
                assert not solvable(equations, name), (count, name)


def test_every_change_of_what_was_signed_voids_the_approval() -> None:
    plan = SignedPlan(
        (("a", "A", ""), ("b", "A", "")), {"A": "文面"}, {"opens_at": "x"}, ("mihon.example",), {"purpose_ja": "y"}
    )
    signed = approval_sha256(plan)
    check_signed(changed(plan, recipients=(("b", "A", ""), ("a", "A", ""))), signed)
    for other in (
        changed(plan, recipients=(("a", "A", ""),)),
        changed(plan, recipients=(("a", "A", "休職"), ("b", "A", ""))),
        changed(plan, texts={"A": "文面。"}),
        changed(plan, schedule={"opens_at": "z"}),
        changed(plan, domains=("mihon.example", "evil.example")),
        changed(plan, words={"purpose_ja": ""}),
    ):
        with pytest.raises(RuleError):
            check_signed(other, signed)
    with pytest.raises(RuleError):
        check_signed(plan, "")


@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.booleans()), max_size=12))
def test_nothing_is_sent_without_a_second_person(steps: list[tuple[str, bool]]) -> None:
    state, approved_by_other = "draft", False
    for code, is_submitter in steps:
        try:
            move = check_move(code, state, is_submitter=is_submitter)
        except RuleError:
            continue
        approved_by_other = (not is_submitter) if code == "approve" else approved_by_other and code != "withdraw"
        state = move.to_state
        assert approved_by_other or state in ("draft", "submitted")


@pytest.mark.parametrize("code", sorted(SCENARIOS))
def test_texts_of_the_library_may_be_sent(code: str) -> None:
    scenario = SCENARIOS[code]
    assert list(faults(scenario)) == []
    assert from_json(to_json(scenario)) == scenario
    assert parse_body(typed_body(scenario.blocks)) == scenario.blocks
    assert all(cue.explanation_ja.endswith("。") for cue in scenario.cues)


GOOD = SCENARIOS["web-kaigi"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"subject_ja": "{パスワード}の件"}, "bad_placeholder"),
        ({"subject_ja": "｛氏名｝様"}, "bad_placeholder"),
        ({"subject_ja": "{氏名様"}, "lone_brace"),
        ({"subject_ja": "会議\r\nBcc: a@b.example"}, "bad_line"),
        ({"subject_ja": "会議\u202eexe"}, "control_character"),
        ({"sender_name_ja": ""}, "blank_text"),
        ({"blocks": (*GOOD.blocks, Block("paragraph", "https://evil.example/"))}, "foreign_address"),
        ({"blocks": (*GOOD.blocks, Block("paragraph", "ｗｗｗ．ｂａｎｋ．ｃｏｍ"))}, "foreign_address"),
        ({"blocks": (*GOOD.blocks, Block("paragraph", "パスワードを書いて返信してください"))}, "asks_for_secret"),
        ({"blocks": (*GOOD.blocks, Block("link", "こちら"))}, "bad_link_count"),
        ({"cues": ()}, "no_cues"),
        ({"kind": "attachment"}, "bad_attachment"),
        ({"kind": "macro"}, "bad_kind"),
    ],
)
def test_a_text_that_may_not_be_sent_is_refused(fields: dict[str, object], code: str) -> None:
    assert code in {refusal.code for refusal in faults(changed(GOOD, **fields))}


def test_a_value_is_never_read_for_placeholders_again() -> None:
    assert filled("{氏名}（{所属}）", {"氏名": "{所属}", "所属": "総務課"}) == "{所属}（総務課）"
