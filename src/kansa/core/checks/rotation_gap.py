"""Does the rotation reach every department?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.fiscal import era_year_ja, rotation_place
from kansa.core.succession import all_predecessors
from kansa.core.year import YearData


def _planned_codes(data: YearData) -> dict[int, set[str]]:
    streams = {"internal_audit"}
    if data.this.rules.external_counts_for_rotation:
        streams.add("external_audit")
    planned: dict[int, set[str]] = {}
    for cell in data.plan:
        if cell.stream in streams:
            planned.setdefault(cell.fiscal_year, set()).add(cell.department_code)
    return planned


def _reached(data: YearData, planned: dict[int, set[str]]) -> set[str]:
    """Today's departments that are planned in some year, under today's code, a former one or a later one."""
    year, reached = data.this.fiscal_year, set[str]()
    for planned_year, codes in planned.items():
        if planned_year > year:
            for code in codes:
                reached |= all_predecessors(data.successions, code, planned_year, year)
        else:
            for department in data.this.departments:
                if all_predecessors(data.successions, department.code, year, planned_year) & codes:
                    reached.add(department.code)
    return reached


def check(data: YearData) -> Iterator[Notice]:
    """Warns of departments that no year of the round plans. Needs a plan for every year of the round."""
    rules, year = data.this.rules, data.this.fiscal_year
    if year < rules.rotation_first_year or rules.rotation_length < 1:
        return
    place = rotation_place(year, rules.rotation_first_year, rules.rotation_length)
    years = range(place.first_fiscal_year, place.last_fiscal_year + 1)
    planned = {key: codes for key, codes in _planned_codes(data).items() if key in years}
    if any(key not in planned for key in years):
        return
    reached = _reached(data, planned)
    missed = [department for department in data.this.departments if department.code not in reached]
    if missed:
        names = "、".join(department.name_ja for department in missed[:5]) + ("ほか" if len(missed) > 5 else "")
        yield Notice(
            "rotation_gap",
            "warn",
            f"{place.round_number}巡目の計画のどの年度にも入っていない所属が{len(missed):,}あります（{names}）。",
            f"監査中期計画（{era_year_ja(place.first_fiscal_year)}～{era_year_ja(place.last_fiscal_year)}）",
            "計画に加えるか、加えない理由を確認してください。",
            True,
        )
