"""Rules of who may audit whom."""

from __future__ import annotations

from kansa.core.independence import RULES_JA, Assignment, AuditorFacts, IndependenceRules, Post, concerns
from kansa.core.year import Succession
from tests.spec.rules.people import KINDS
from tests.spec.rules.reading import NONE, Rule, each, listed
from tests.spec.tables import Row

RULE_OF = {name: rule for rule, name in RULES_JA.items()}
OUTSIDE = "外部"


def _parts(text: str) -> list[list[str]]:
    return [] if text == NONE else [part.split(" ") for part in text.split("、")]


def _independence(row: Row) -> Row:
    posts = _parts(row["在籍"])
    auditor = AuditorFacts(
        tuple(Post(int(post[0]), post[1]) for post in posts if post != [OUTSIDE]),
        is_staff=[OUTSIDE] not in posts,
        is_trained=row["研修"] == "受講",
    )
    rules = IndependenceRules(
        3, RULE_OF[row["過去の所属"]], RULE_OF[row["相互監査"]], wants_training=row["研修"] != "求めない"
    )
    found = concerns(
        auditor,
        row["対象"],
        2024,
        rules,
        [Succession(int(year), KINDS[kind], before, after) for kind, year, before, after in _parts(row["組織改編"])],
        [Assignment(who, whom) for who, _arrow, whom in _parts(row["他の監査"])],
    )
    return {"支障": listed(f"{RULES_JA['block' if one.is_blocking else 'warn']} {one.code}" for one in found)}


RULES: dict[str, Rule] = {"independence": each(_independence)}
