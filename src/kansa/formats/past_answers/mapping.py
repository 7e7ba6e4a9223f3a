"""Which column is which, and what does each answer mean? Said once by the office and kept for the next year's file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from kansa.core.errors import Place, Refusal

LAYOUTS_JA = {"answers": "一行が一人の回答", "counts": "集計表（所属又は全庁の項目ごとの人数）"}
# Roles of a column; "item:CODE" is the answer to an item.
ITEM = "item:"
ROLES_JA = {
    "": "使わない",
    "department": "所属（コード又は名称）",
    "respondent": "回答者番号",
    "submitted": "送信日時（空欄の行は回答途中として除く）",
}
COUNT_ROLES_JA = {
    "": "使わない",
    "department": "所属（コード又は名称）",
    "item": "点検項目（コード又は文章）",
    "yes": "「はい」の人数",
    "no": "「いいえ」の人数",
    "not_applicable": "「該当なし」の人数",
    "blank": "無回答の人数",
    "respondents": "回答者数",
}
ANSWER_ROLES_JA = {
    "yes": "はい（遵守）",
    "no": "いいえ（不遵守）",
    "not_applicable": "該当なし",
    "blank": "無回答",
}
ONCE = ("department", "respondent", "submitted", "item", "yes", "no", "not_applicable", "blank", "respondents")


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping. `columns`: heading -> role; `answers`: answer as it stands -> answer; `items`: as it stands -> code.

    `department`: code of the department of every row, when no column names one.
    """

    layout: str = "answers"
    columns: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    department: str = ""

    def headings(self, role: str) -> list[str]:
        """The headings with a role."""
        return [heading for heading, one in self.columns if one == role]

    def item_columns(self) -> list[tuple[str, str]]:
        """(heading, item code) of the columns with answers."""
        return [(heading, role.removeprefix(ITEM)) for heading, role in self.columns if role.startswith(ITEM)]

    def faults(self) -> list[Refusal]:
        """What is missing or said twice, before any file is read."""
        found = []
        roles = [role for _heading, role in self.columns if role]
        for role in sorted({one for one in roles if roles.count(one) > 1 and (one in ONCE or one.startswith(ITEM))}):
            named = "、".join(f"「{heading}」" for heading in self.headings(role))
            reason = f"{named}が同じ役割になっています。一つにしてください。"
            found.append(Refusal("repeated_role", reason, Place(column=self.headings(role)[1])))
        if self.layout == "answers" and not self.item_columns():
            found.append(Refusal("no_item_column", "点検項目の列を一つ以上選んでください。"))
        if self.layout == "counts":
            missing = [COUNT_ROLES_JA[one] for one in ("item", "yes", "no") if one not in roles]
            if missing:
                found.append(Refusal("no_count_column", f"次の列を選んでください：{'、'.join(missing)}。"))
        if "department" not in roles and not self.department:
            reason = "所属の列を選ぶか、すべての行の所属を選んでください。"
            found.append(Refusal("no_department", reason))
        return found


def mapping_to_json(mapping: Mapping) -> dict[str, object]:
    """The mapping as JSON can say it."""
    return asdict(mapping)


def mapping_from_json(data: object) -> Mapping:
    """The mapping again. Raises ValueError, in Japanese, for what is none."""
    if not isinstance(data, dict) or data.get("layout") not in LAYOUTS_JA:
        raise ValueError("対応表として読めません。")
    columns, answers, items = (pairs_from_json(data, name) for name in ("columns", "answers", "items"))
    department = data.get("department", "")
    if not isinstance(department, str):
        raise ValueError("対応表として読めません。")
    return Mapping(str(data["layout"]), columns, answers, items, department)


def pairs_from_json(data: object, name: str) -> tuple[tuple[str, str], ...]:
    """The pairs of texts under a name; none where it is missing. Raises ValueError, in Japanese, for what is none."""
    value = data.get(name, []) if isinstance(data, dict) else None
    if not isinstance(value, (list, tuple)) or not all(
        isinstance(one, (list, tuple)) and len(one) == 2 and all(isinstance(part, str) for part in one) for one in value
    ):
        raise ValueError("対応表として読めません。")
    return tuple((str(one[0]), str(one[1])) for one in value)


def mapping_text(mapping: Mapping) -> str:
    """The mapping as a text file."""
    return json.dumps(mapping_to_json(mapping), ensure_ascii=False, indent=1)
