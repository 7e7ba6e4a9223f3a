"""The commands of counts across municipalities: one writes the own counts, one reads those of many."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from kansa.cli.outcome import Outcome
from kansa.cli.records import write_file
from kansa.cli.setting_up import operator, start_django
from kansa.core.errors import RuleError
from kansa.core.rounding import printed

BY = {"year": "fiscal_year", "municipality": "municipality_ja", "item": "item_code"}
HIDDEN_JA = "（人数が少ないため表示しない）"
INSIDE_JA = "所属別の件数を含むため、庁内だけで扱ってください（少人数の所属の回答が分かります）。"


def tally(options: Namespace) -> Outcome:
    """One of the subcommands."""
    start_django()
    return SUBCOMMANDS[options.tally_command](options)


def export(options: Namespace) -> Outcome:
    """Writes a year's counts as Parquet."""
    from kansa.apps.self_inspection.queries.rollup import exported_rows, parquet_of, smallest_group

    municipality_id = operator().municipality_id
    k = smallest_group(municipality_id, options.year)
    rows = list(exported_rows(municipality_id, options.year, k, has_departments=options.departments))
    if not rows:
        raise RuleError("nothing_counted", f"{options.year}年度の自己点検の集計がありません。")
    write_file(options.out, parquet_of(rows))
    lines = [f"{len(rows)}行を{options.out}に書き出しました。"]
    told = INSIDE_JA if options.departments else f"団体全体の件数だけです（{k}人に満たない項目は含みません）。"
    return Outcome([*lines, told], {"rows": len(rows), "smallest_group": k, "has_departments": options.departments})


def roll_up(options: Namespace) -> Outcome:
    """The counts of many files together."""
    from kansa.apps.self_inspection.queries.rollup import rolled_up

    by = [BY["year"], *(BY[one] for one in options.by if one != "year")]
    found = rolled_up(options.files, by, options.smallest)
    lines = [
        "\t".join(
            (
                *(str(one) for one in group.labels),
                str(group.respondent_count) if group.compliance_rate is not None else "",
                f"{printed(group.compliance_rate * 100, 1)}%" if group.compliance_rate is not None else HIDDEN_JA,
            )
        )
        for group in found
    ]
    data = [
        dict(zip(by, group.labels, strict=True))
        | {
            "respondents": group.respondent_count if group.compliance_rate is not None else None,
            "compliance_rate": str(group.compliance_rate) if group.compliance_rate is not None else None,
        }
        for group in found
    ]
    return Outcome(lines, {"groups": data})


SUBCOMMANDS: dict[str, Callable[[Namespace], Outcome]] = {"export": export, "roll-up": roll_up}
