"""Which settings may a fiscal year have, and how is the value of each read and shown?

Keys are the fields of core.year.YearRules and ReportSettings; the office's own sentences are "remark:<section>".
Values are handed over as canonical text: codes of closed lists, "true"/"false", ISO dates, plain decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kansa.formats.folding import fold_code, matching_key
from kansa.formats.tables import Cell, CellFault, CellKind, Column
from kansa.formats.tables.kinds import DATE, LINE, PROSE, WHOLE, WORD, YEAR, cell_text, decimal_value
from kansa.formats.words import (
    JUDGING_MODES,
    MEAN_BASES,
    OPEN_RATES,
    STANCES,
    TEXT_LENGTHS,
    TRAINING_RULES,
    YES_NO,
    Words,
)

VALUE_HEADER = "値"


def _decimal(cell: Cell, column: Column) -> str:
    text = fold_code(cell_text(cell)).replace(",", "")
    found = decimal_value(text)
    if found is None or found[0] < 0:
        raise CellFault(
            "bad_number",
            f"{column.header_ja}「{text[:40]}」は読めません。「3.00」のような０以上の数を入力してください。",
        )
    whole, _point, decimals = text.lstrip("+").partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def _truth(cell: Cell, column: Column) -> str:
    return "true" if cell is True or WORD.parse(cell, column) == "yes" else "false"


def _show_truth(value: object, _column: Column) -> str:
    return "はい" if value == "true" else "いいえ"


DECIMAL = CellKind("decimal", _decimal, lambda value, _column: str(value), "０以上の数（小数も可）")
TRUTH = CellKind("truth", _truth, _show_truth, "「はい」又は「いいえ」")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key, its Japanese name and how its value is read."""

    key: str
    name_ja: str
    kind: CellKind
    explanation_ja: str
    example_ja: str
    aliases: tuple[str, ...] = ()
    words: Words | None = None
    check: Callable[[str], str] | None = None  # the reason in Japanese why a readable value is not accepted, or ""

    @property
    def column(self) -> Column:
        """The value's cell as a column, for reading and showing."""
        return Column(self.key, self.name_ja, self.kind, self.explanation_ja, self.example_ja, words=self.words)

    def value_of(self, cell: Cell) -> str:
        """The canonical text of a cell. Raises CellFault."""
        value = self.kind.parse(cell, self.column)
        text = value.isoformat() if self.kind is DATE and hasattr(value, "isoformat") else str(value)
        fault = self.check(text) if self.check is not None else ""
        if fault:
            raise CellFault("bad_setting", f"{self.name_ja}「{cell_text(cell)[:40]}」は使えません。{fault}")
        return text

    def shown(self, value: str) -> str:
        """The canonical text as an office writes it."""
        if self.kind in (WORD, TRUTH):
            return str(self.kind.show(value, self.column))
        return value


def _between(low: int, high: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        return "" if low <= int(text) <= high else f"{low}から{high}までの数を入力してください。"

    return check


_PLACES = _between(0, 6)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "municipality_ja", "市の名称", LINE, "報告書に記す団体の名称。", "みほん市", ("団体名", "市町村名", "自治体名")
    ),
    Setting("title_ja", "報告書の題名", LINE, "報告書の題名。", "情報セキュリティ監査実施報告書", ("題名", "表題")),
    Setting(
        "contract_ja",
        "委託業務名",
        LINE,
        "監査を委託した業務の名称。なければ入力しません。",
        "情報セキュリティ監査支援業務委託",
        ("業務名",),
    ),
    Setting("report_on", "報告日", DATE, "報告書の右上に記す日。", "令和７年３月31日", ("報告書の日付",)),
    Setting("full_mark", "満点", DECIMAL, "対策レベルの満点。", "4.00"),
    Setting("pass_mark", "合格点", DECIMAL, "対策レベルの平均の合格点。", "3.00", ("合格点数",)),
    Setting(
        "conforms_from",
        "適合レベル",
        WHOLE,
        "このレベル以上を適合とします。",
        "3",
        ("適合とするレベル",),
        check=_between(0, 9),
    ),
    Setting(
        "headline_mean",
        "平均の取り方",
        WORD,
        "報告書の見出しとする平均。「判定」は全ての判定の平均、「所属」は所属ごとの平均の平均、「項目」は項目ごとの平均の平均。",
        "判定",
        words=MEAN_BASES,
    ),
    Setting("mean_places", "平均の小数桁", WHOLE, "平均を何桁まで記すか。", "2", ("平均の桁数",), check=_PLACES),
    Setting("rate_places", "率の小数桁", WHOLE, "率を何桁まで記すか。", "1", ("率の桁数",), check=_PLACES),
    Setting(
        "effect_places", "内訳の小数桁", WHOLE, "増減の内訳を何桁まで記すか。", "3", ("内訳の桁数",), check=_PLACES
    ),
    Setting(
        "small_cell_k",
        "少数秘匿の人数",
        WHOLE,
        "この人数に満たない集計値を伏せます。",
        "5",
        ("少数秘匿", "少数秘匿k", "秘匿の基準"),
        check=_between(1, 100),
    ),
    Setting(
        "rotation_first_year",
        "一巡の開始年度",
        YEAR,
        "内部監査の一巡を数え始める年度。",
        "平成17年度",
        ("巡回の開始年度",),
    ),
    Setting("rotation_length", "一巡の年数", WHOLE, "何年で一巡するか。", "3", ("巡回の年数",), check=_between(1, 20)),
    Setting(
        "external_counts_for_rotation",
        "外部監査を一巡に数える",
        TRUTH,
        "外部監査の対象となった課所等を、その巡で監査したものとみなすか。",
        "いいえ",
        words=YES_NO,
    ),
    Setting("open_rate", "開封率の定義", WORD, "メール訓練の開封率の分子と分母。", "クリック÷到達", words=OPEN_RATES),
    Setting(
        "wording_version",
        "語句の基準の版",
        WHOLE,
        "「若干」「大きく」などの語句を選ぶ基準の版。",
        "1",
        check=_between(1, 99),
    ),
    Setting(
        "judging_mode",
        "判定の進め方",
        WORD,
        "監査項目を１人で判定するか、別の人が確認するか、２人が別々に判定して突き合わせるか。",
        "１人が判定",
        words=JUDGING_MODES,
    ),
    Setting(
        "training_required",
        "監査員に必要な研修",
        WORD,
        "監査員を割り当てる前に修了していなければならない研修。",
        "求めない",
        words=TRAINING_RULES,
    ),
    Setting(
        "former_post_years",
        "過去の所属をみる年数",
        WHOLE,
        "監査員がこの年数のうちに所属していた課所等の監査を、次の扱いとします。",
        "3",
        check=_between(0, 20),
    ),
    Setting(
        "former_post_rule",
        "過去の所属の扱い",
        WORD,
        "「不可」は割り当てられず、「注意」は知らせるだけです。",
        "不可",
        words=STANCES,
    ),
    Setting("mutual_audit_rule", "相互監査の扱い", WORD, "互いの課所等を監査し合うときの扱い。", "注意", words=STANCES),
    Setting(
        "due_soon_days", "期限の予告の日数", WHOLE, "改善の期限の何日前から知らせるか。", "30", check=_between(0, 365)
    ),
    Setting(
        "head_after_days",
        "所属長に知らせる日数",
        WHOLE,
        "改善の期限を何日過ぎたら被監査部門の長に知らせるか。",
        "30",
        check=_between(0, 365),
    ),
    Setting(
        "top_after_days",
        "統括責任者に知らせる日数",
        WHOLE,
        "改善の期限を何日過ぎたら監査統括責任者と最高情報セキュリティ責任者に知らせるか。",
        "60",
        check=_between(0, 730),
    ),
    Setting(
        "systems_ja",
        "情報システムの名称",
        PROSE,
        "検出事項から研修の事例を作るときに伏せる名称。「、」か改行で区切ります。",
        "住民記録システム、税務システム",
        ("システムの名称", "システム名"),
    ),
    Setting("text_length", "文章の長さ", WORD, "報告書の文章の長さ。", "標準", words=TEXT_LENGTHS),
    Setting(
        "rotation_scope_ja",
        "内部監査の範囲の補足",
        LINE,
        "「課所等」の後に括弧書きで記す範囲。",
        "支所や保育園を含む",
        ("範囲の補足",),
    ),
    Setting(
        "remark:external", "所見：外部監査", PROSE, "外部監査（対策状況確認）の章に加える文。", "", ("外部監査の所見",)
    ),
    Setting(
        "remark:diagnosis",
        "所見：技術的診断",
        PROSE,
        "技術的セキュリティ診断の節に加える文。",
        "",
        ("技術的診断の所見",),
    ),
    Setting("remark:drill", "所見：メール訓練", PROSE, "メール訓練の節に加える文。", "", ("メール訓練の所見",)),
    Setting("remark:internal", "所見：内部監査", PROSE, "内部監査の章に加える文。", "", ("内部監査の所見",)),
    Setting("remark:self_inspection", "所見：自己点検", PROSE, "自己点検の章に加える文。", "", ("自己点検の所見",)),
)

BY_KEY = {setting.key: setting for setting in SETTINGS}
_BY_NAME = {matching_key(name): setting for setting in SETTINGS for name in (setting.name_ja, *setting.aliases)}


def setting_named(text: str) -> Setting | None:
    """The setting with this Japanese name; None when there is none."""
    return _BY_NAME.get(matching_key(text))
