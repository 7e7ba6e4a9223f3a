"""One picture of every kind, with long names, odd characters, gaps and hidden values."""

from __future__ import annotations

from fractions import Fraction

from kansa.document.charts import (
    DotRow,
    LevelChangeRow,
    LevelRow,
    RateRow,
    RotationRow,
    Step,
    level_bars,
    level_change,
    mean_dots,
    rate_bars,
    rate_rows,
    rotation_map,
    waterfall,
    waterfall_rows,
)

ODD_NAMES = ("髙﨑邉課", "𠮷野支所", "第①㈱係", "はしご髙橋保育園")
LEVELS = ("レベル０", "レベル１", "レベル２", "レベル３", "レベル４")


def hundredths(value: int) -> str:
    """123 -> 1.23"""
    return f"{value // 100}.{value % 100:02}"


def departments(count: int) -> list[tuple[str, str]]:
    """Bureau and department names of every length, the odd ones among them."""
    bureaus = ("総務部", "市民生活部", "健康福祉部", "こども健やか部", "都市整備部", "教育委員会事務局")
    names = [f"{bureaus[index * len(bureaus) // count][:2]}第{index + 1}課" for index in range(count)]
    for place, name in enumerate(ODD_NAMES):
        names[place * 7 % count] = name
    names[-1] = "とても長い名称を持つ情報政策統括推進課デジタル化支援室"
    return [(bureaus[index * len(bureaus) // count], name) for index, name in enumerate(names)]


def levels_picture(count: int = 18) -> str:
    """Levels by department; one department has nothing judged."""
    rows = [
        LevelRow(name, (index % 3, index % 5, 3 + index % 7, 20 + index, index % 11), hundredths(250 + index))
        for index, (_, name) in enumerate(departments(count))
    ]
    rows[3] = LevelRow("判定のない所属", (0, 0, 0, 0, 0))
    return level_bars("所属ごとのレベル分布", "レベル４から０までの割合", rows, LEVELS)


def dots_picture() -> str:
    """Means by domain; one domain is new."""
    domains = ("組織体制", "情報資産の分類と管理", "情報システム全体の強靭性の向上", "物理的", "人的", "技術的", "運用")
    rows = []
    for index, name in enumerate(domains):
        this, prior = 250 + 12 * index, 270 + 3 * index
        rows.append(
            DotRow(name, Fraction(this, 100), Fraction(prior, 100), hundredths(this), hundredths(prior))
            if index != 4
            else DotRow(name, Fraction(this, 100), None, hundredths(this))
        )
    return mean_dots("分野ごとの平均", "七つの分野", rows, Fraction(3), 2, 4, pass_shown="3.00")


def change_steps() -> list[Step]:
    """Effects that lead from 2.84 to 2.88."""
    return [
        Step("同じ所属の変化", Fraction(7, 100), "+0.07"),
        Step("監査対象の入替え", Fraction(3, 100), "+0.03"),
        Step("対象外等による構成の変化", Fraction(-1, 100), "−0.01"),
        Step("分けられない分", Fraction(1, 200), "+0.01"),
        Step("見直した項目", Fraction(-4, 100), "−0.04"),
        Step("追加した項目", Fraction(-3, 100), "−0.03"),
        Step("廃止した項目", Fraction(3, 200), "+0.02"),
    ]


ENDS = Step("前年度", Fraction(284, 100), "2.84"), Step("今年度", Fraction(288, 100), "2.88")


def change_picture() -> str:
    """The waterfall of the mean."""
    return waterfall("平均の変化の内訳", "七つの要因", ENDS[0], change_steps(), ENDS[1])


def narrow_change_picture() -> str:
    """The same for a telephone."""
    return waterfall_rows("平均の変化の内訳", "七つの要因", ENDS[0], change_steps(), ENDS[1])


def rates_picture() -> str:
    """Rates by item: one new, one revised, one hidden."""
    return rate_bars("項目別の遵守率", "二十項目", rate_samples())


def narrow_rates_picture() -> str:
    """The same for a telephone."""
    return rate_rows("項目別の遵守率", "二十項目", rate_samples())


def rate_samples() -> list[RateRow]:
    """Twenty items."""
    rows = []
    for index in range(20):
        this, prior = 880 + 5 * index, 875 + 4 * index
        label = f"項目{index + 1}　離席するときは画面をロックし、パスワードを書いた紙を机の上に置いたままにしていない。"
        shown, before = f"{this // 10}.{this % 10}", f"{prior // 10}.{prior % 10}"
        marker = "revised" if index == 5 else ""
        rows.append(RateRow(label, Fraction(this, 1000), shown, marker, Fraction(prior, 1000), before))
    rows[2] = RateRow("項目3　新しいクラウドサービスの利用申請をしている。", Fraction(81, 100), "81.0", "new")
    rows[9] = RateRow("項目10　外部記憶媒体を持ち出していない。", None, "秘匿")
    return rows


def rotation_picture(count: int = 76) -> str:
    """A lap of three years."""
    kinds = ("internal", "external", "", "both")
    rows = []
    for index, (bureau, name) in enumerate(departments(count)):
        marks = [kinds[(index + year * 2) % 4] if (index + year) % 3 == 0 else "" for year in range(3)]
        rows.append(RotationRow(bureau, name, marks))
    return rotation_map("一巡の計画", "七十六所属", ("R5", "R6", "R7"), rows)


def level_change_picture() -> str:
    """Shares of the levels in two years."""
    rows = [
        LevelChangeRow(label, Fraction(prior, 100), Fraction(this, 100), f"{prior}.0％", f"{this}.0％")
        for label, prior, this in zip(LEVELS, (2, 5, 18, 60, 15), (1, 3, 12, 55, 29), strict=True)
    ]
    return level_change("レベルの構成", "前年度との比較", rows, "令和６年度", "令和５年度")


PICTURES = {
    "levels": levels_picture,
    "dots": dots_picture,
    "waterfall": change_picture,
    "rotation": rotation_picture,
    "level-change": level_change_picture,
    "rates": rates_picture,
}
# For telephones only: no report has them.
NARROW_PICTURES = {"narrow-waterfall": narrow_change_picture, "narrow-rates": narrow_rates_picture}
