"""Rules of the self-inspection, the mail drill, findings and departments that change."""

from __future__ import annotations

from fractions import Fraction

from kansa.core.comparison import ItemLinks
from kansa.core.compliance import RATE_EFFECTS_JA, AnswerCounts, compare_rates, compliance_rate, response_rate
from kansa.core.drill import DrillCounts, open_rate, report_rate, report_rate_among_clicked
from kansa.core.findings import summarise
from kansa.core.rounding import printed
from kansa.core.succession import prior_departments
from kansa.core.year import Finding, Succession
from tests.spec.rules.audits import CLASSES
from tests.spec.rules.reading import NONE, Rule, each, ints, naming, number
from tests.spec.tables import Row


def _percent(rate: Fraction) -> str:
    return printed(rate * 100, 1)


def _rate(row: Row) -> Row:
    parts = [number(row[name]) for name in ("はい", "いいえ", "該当なし", "無回答")]
    return {"遵守率": naming(lambda: _percent(compliance_rate(AnswerCounts(*parts))))}


def _response(row: Row) -> Row:
    return {"回答率": naming(lambda: _percent(response_rate(number(row["回答者"]), number(row["対象職員"]))))}


def _inspection(rows: list[Row], given: list[Row]) -> list[Row]:
    """Questions of both years from はい / いいえ, compared."""
    years: dict[str, dict[str, AnswerCounts]] = {"前年度": {}, "今年度": {}}
    links: dict[str, list[str]] = {code: [] for code in CLASSES.values()}
    for row in given:
        links[CLASSES[row["区分"]]].append(row["項目"])
        for year, answers in years.items():
            if row[f"{year} はい, いいえ"] != NONE:
                answers[row["項目"]] = AnswerCounts(*ints(row[f"{year} はい, いいえ"]))
    comparison = compare_rates(
        years["前年度"],
        years["今年度"],
        ItemLinks(
            tuple((code, code) for code in links["carried"]),
            tuple((code, code) for code in links["revised"]),
            tuple(links["added"]),
            tuple(links["dropped"]),
        ),
    )
    values = {
        RATE_EFFECTS_JA[effect.code]: printed(effect.value * 100, 3, signed=True) for effect in comparison.effects
    }
    total = sum((effect.value for effect in comparison.effects), Fraction(0))
    assert total == comparison.change
    values |= {
        "前年度の遵守率": _percent(comparison.prior_rate),
        "今年度の遵守率": _percent(comparison.this_rate),
        "変化（内訳の合計、ポイント）": printed(total * 100, 3, signed=True),
        "向上した項目の数": str(comparison.count("up")),
        "維持した項目の数": str(comparison.count("kept")),
        "低下した項目の数": str(comparison.count("down")),
    }
    return [{"値": values[row["内訳"]]} for row in rows]


def _drill(row: Row) -> Row:
    names = ("送信", "到達", "開封記録", "クリック", "入力", "報告", "クリック後の報告")
    counts = DrillCounts(*(number(row[name]) for name in names))
    return {
        "クリック÷到達": naming(lambda: _percent(open_rate(counts, "clicked/delivered"))),
        "クリック÷送信": naming(lambda: _percent(open_rate(counts, "clicked/sent"))),
        "開封記録÷到達": naming(lambda: _percent(open_rate(counts, "opened/delivered"))),
        "開封記録÷送信": naming(lambda: _percent(open_rate(counts, "opened/sent"))),
        "報告率": naming(lambda: _percent(report_rate(counts))),
        "クリックした者の報告率": naming(lambda: _percent(report_rate_among_clicked(counts))),
    }


def finding(row: Row) -> Finding:
    """A finding with the days of the row; なし is no day."""

    def day(name: str) -> str:
        return "" if row[name] == NONE else row[name]

    return Finding(
        code="1",
        stream="internal_audit",
        engagement_code="",
        department_code="",
        item_code="",
        classification="recommendation" if row["区分"] == "改善提言" else "detection",
        title_ja="",
        network_zone="",
        treatment="",
        weighed=(),
        planned_on=day("計画日"),
        due_on=day("期限"),
        promised_fiscal_year=None if row["約束の年度"] == NONE else int(row["約束の年度"]),
        improved_on=day("改善日"),
        verified_on=day("確認日"),
        recurrence_of="",
        lateral_rollout=False,
    )


def _finding(row: Row) -> Row:
    counts = summarise([finding(row)], 2024)
    states = {
        "年度内に改善": counts.improved_within_year,
        "年度内に改善予定": counts.promised_within_year,
        "翌年度以降": counts.carried_over,
        "改善提言": counts.recommendations,
    }
    return {
        "扱い": "、".join(name for name, count in states.items() if count),
        "計画": "あり" if counts.planned else "なし" if counts.no_plan else "数えない",
    }


KINDS = {"名称変更": "renamed", "統合": "merged", "分割": "split", "廃止": "closed"}


def _succession(row: Row) -> Row:
    changes = []
    for text in [] if row["組織改編"] == NONE else row["組織改編"].split("、"):
        kind, year, before, after = text.split(" ")
        changes.append(Succession(int(year), KINDS[kind], before, "" if after == NONE else after))
    same = prior_departments(
        changes, row["前の年度の所属"].split("、"), row["今年度の所属"].split("、"), 2024, int(row["前の年度"])
    )
    return {"同じ所属": "、".join(f"{this}＝{prior}" for this, prior in sorted(same.items())) or NONE}


RULES: dict[str, Rule] = {
    "compliance_rate": each(_rate),
    "response_rate": each(_response),
    "inspection": _inspection,
    "drill": each(_drill),
    "finding": each(_finding),
    "succession": each(_succession),
}
