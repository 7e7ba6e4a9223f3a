"""Which column of a firm's drill table is which, and what do its words mean? Kept by name for the next year's table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kansa.core.errors import Place, Refusal
from kansa.formats.folding import fold_code, matching_key
from kansa.formats.past_answers import PastTable, heading_key, pairs_from_json
from kansa.formats.readers import drill
from kansa.formats.tables import Column
from kansa.formats.tables.kinds import is_dated
from kansa.formats.words import YES_NO

# What a column can mean: the fields of the office's own table, without year and code of the drill.
COLUMNS: dict[str, Column] = {
    column.key: column for column in drill.TABLE.columns if column.key not in ("fiscal_year", "drill_code")
}
ACTS = ("opened_at", "clicked_at", "submitted_at", "reported_at")
WORDED = (*ACTS, "is_delivered")  # their cells may be words
FIELDS_JA = {
    "": "使わない",
    "recipient": "受信者（メールアドレス又は職員番号）",
    "department_code": "所属（コード又は名称）",
    "sent_at": "送信日時",
    "is_delivered": "届いたか",
    "opened_at": "メールを開いたか（日時、又は○など）",
    "clicked_at": "リンク・添付ファイルを開いたか（日時、又は○など）",
    "submitted_at": "情報を入力したか（日時、又は○など）",
    "reported_at": "報告したか（日時、又は○など）",
    "excluded_reason_ja": "除外理由",
}
MEANINGS_JA = {"yes": "はい（した、届いた）", "no": "いいえ（していない、届かなかった）", "blank": "分からない"}
MOST_WORDS = 30
# Field -> what its heading usually contains, the surest first. 「開封」 of a firm is its link or attachment: without a
# link column of its own it is what 開封率 counts (docs/guide/33).
USUAL: dict[str, tuple[str, ...]] = {
    "recipient": ("メールアドレス", "職員番号", "社員番号", "受信者", "宛先", "mail", "email"),
    "department_code": ("所属コード", "部署コード", "所属", "部署", "課所等", "課名", "部門", "department"),
    "excluded_reason_ja": ("除外理由", "対象外の理由", "除外"),
    "sent_at": ("送信日時", "配信日時", "送付日時"),
    "is_delivered": ("到達", "配信結果", "送信結果", "配信状況", "届いた"),
    "submitted_at": ("情報入力", "入力日時", "入力"),
    "reported_at": ("報告日時", "通報日時", "報告", "通報"),
    "clicked_at": ("クリック日時", "クリック", "リンク", "添付開封", "添付ファイル", "アクセス", "開封日時", "開封"),
    "opened_at": ("メール開封", "表示日時", "閲覧"),
}
USUAL_WORDS = {
    **dict.fromkeys(("済", "した", "成功", "到達", "配信済", "配信済み", "送信済", "送信済み", "正常", "ok"), "yes"),
    **dict.fromkeys(("開封", "開封済", "開封済み", "クリック", "クリック済", "報告", "報告済", "報告済み"), "yes"),
    **dict.fromkeys(("未", "未開封", "未クリック", "未報告", "未入力", "なし", "無し", "していない"), "no"),
    **dict.fromkeys(("失敗", "不達", "エラー", "未達", "未配信", "送信失敗", "ng", "バウンス"), "no"),
    **dict.fromkeys(("不明", "－", "-", "―", "ー", "n/a"), "blank"),
}
_USUAL_WORDS = {matching_key(word): code for word, code in USUAL_WORDS.items()}


@dataclass(frozen=True, slots=True)
class DrillMapping:
    """One mapping. `columns`: heading -> field, "" for none; `words`: word of a cell -> yes, no, blank."""

    columns: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    def headings(self) -> dict[str, str]:
        """Field -> heading, of the columns that are used."""
        return {field: heading for heading, field in self.columns if field}

    def faults(self, *, has_sent_at: bool) -> list[Refusal]:
        """What is missing or said twice, before any file is read. `has_sent_at`: all were sent at a moment told."""
        found = []
        used = [field for _heading, field in self.columns if field]
        for field in sorted({one for one in used if used.count(one) > 1 or one not in COLUMNS}):
            named = [heading for heading, one in self.columns if one == field]
            reason = f"{'、'.join(f'「{one}」' for one in named)}が同じ意味になっています。一つにしてください。"
            found.append(Refusal("repeated_role", reason, Place(column=named[-1])))
        if "recipient" not in used:
            found.append(Refusal("no_recipient_column", "受信者の列を選んでください。"))
        if not has_sent_at and "sent_at" not in used and "is_delivered" not in used:
            reason = (
                "送信日時か「届いたか」の列を選ぶか、全員の送信日時を入れてください。"
                "どちらもないと、何もしなかった人が、送信した人数に入りません。"
            )
            found.append(Refusal("no_sending", reason))
        return found


def drill_mapping_to_json(mapping: DrillMapping) -> dict[str, object]:
    """The mapping as JSON can say it."""
    return {"columns": [list(one) for one in mapping.columns], "words": [list(one) for one in mapping.words]}


def drill_mapping_from_json(data: object) -> DrillMapping:
    """The mapping again. Raises ValueError, in Japanese, for what is none."""
    return DrillMapping(pairs_from_json(data, "columns"), pairs_from_json(data, "words"))


def proposed_drill_mapping(table: PastTable) -> DrillMapping:
    """What the columns of a table are likely to be, each field once, and what their words are likely to mean."""
    keys = {heading: heading_key(heading) for heading in table.headings}
    found: dict[str, str] = {}
    for is_whole in (True, False):
        for field, words in USUAL.items():
            if field in found.values():
                continue
            for word in map(matching_key, words):
                fitting = (
                    heading
                    for heading, key in keys.items()
                    if heading not in found and (key == word if is_whole else word in key)
                )
                heading = next(fitting, None)
                if heading is not None:
                    found[heading] = field
                    break
    columns = tuple((heading, found.get(heading, "")) for heading in table.headings)
    there = words_in([table], DrillMapping(columns))
    return DrillMapping(columns, tuple((word, usual_meaning(word)) for word in there))


def words_in(tables: Iterable[PastTable], mapping: DrillMapping) -> dict[str, int]:
    """Each word below the columns that may hold words -> how often it stands there; times are no words."""
    keys = {heading_key(heading) for heading, field in mapping.columns if field in WORDED}
    found: dict[str, int] = {}
    for table in tables:
        for heading in table.headings:
            for text in table.column(heading) if heading_key(heading) in keys else ():
                if text and not is_dated(text) and (text in found or len(found) < MOST_WORDS):
                    found[text] = found.get(text, 0) + 1
    return found


def usual_meaning(word: str) -> str:
    """What a word usually means: yes, no, blank, or "" when nothing tells. A number of times is yes, 0 is no.

    >>> [usual_meaning(word) for word in ("○", "未開封", "3", "0", "ときどき")]
    ['yes', 'no', 'yes', 'no', '']
    """
    number = fold_code(word)
    if number.isdecimal():
        return "yes" if int(number) else "no"
    return YES_NO.code(word) or _USUAL_WORDS.get(matching_key(word), "")
