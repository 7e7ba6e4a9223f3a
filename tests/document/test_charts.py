"""Are the pictures well formed, the same every time, honest about their axes and readable without colour?"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.document.charts import (
    CourseRow,
    DotRow,
    LevelRow,
    RangeRow,
    RateRow,
    RotationRow,
    Step,
    course_lines,
    level_bars,
    level_change,
    mean_dots,
    range_bars,
    rate_bars,
    rotation_map,
    waterfall,
)
from kansa.document.charts.svg import (
    BAND,
    BLUE,
    INK,
    LEVEL_FILLS,
    LEVEL_INKS,
    ORANGE,
    PAPER,
    SOFT_INK,
    fitted,
    number,
    plain,
    text_width,
    ticks,
    wrapped,
)
from tests.document.sample_charts import LEVELS, NARROW_PICTURES, PICTURES, change_steps, rotation_picture

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def marks(svg: str, tag: str) -> list[dict[str, str]]:
    return [node.attrib for node in ElementTree.fromstring(svg).iter(f"{SVG}{tag}")]


DRAWN = PICTURES | NARROW_PICTURES


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_picture_is_well_formed_named_and_plain(name: str) -> None:
    svg = DRAWN[name]()
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert not re.search(r"opacity|<script|style=|href|<image|<foreignObject", svg)
    assert {node.tag.removeprefix(SVG) for node in root} <= {
        "title",
        "desc",
        "rect",
        "line",
        "circle",
        "polygon",
        "text",
    }


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_picture_is_the_same_every_time_and_inside_its_frame(name: str) -> None:
    svg = DRAWN[name]()
    assert svg == DRAWN[name]()
    root = ElementTree.fromstring(svg)
    width, height = Fraction(root.get("width", "")), Fraction(root.get("height", ""))
    for node in root.iter(f"{SVG}rect"):
        x, y, w, h = (Fraction(node.get(key, "")) for key in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and w >= 0 and h >= 0
        assert x + w <= width + Fraction(1, 5) and y + h <= height + Fraction(1, 5)
    for node in root.iter(f"{SVG}text"):
        wide = text_width(node.text or "", Fraction(node.get("font-size", "")))
        left = Fraction(node.get("x", "")) - {"end": wide, "middle": wide / 2}.get(node.get("text-anchor", ""), 0)
        assert left >= -2 and left + wide <= width + 4, node.text
        assert Fraction(node.get("y", "")) <= height


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_stand_out_from_what_is_behind_them() -> None:
    pairs = [*zip(LEVEL_FILLS, LEVEL_INKS, strict=True), *((fill, PAPER) for fill in (BLUE, ORANGE, INK, SOFT_INK))]
    pairs += [(BAND, ink) for ink in (INK, SOFT_INK, BLUE, ORANGE)]
    for one, other in pairs:
        assert contrast(one, other) >= 4.5, (one, other)


def test_neighbouring_levels_differ_on_a_grey_copy() -> None:
    for one, other in pairwise(LEVEL_FILLS):
        # 2 and 3 are parted by a gap and a hatch, the others by lightness.
        assert contrast(one, other) >= (1.1 if (one, other) == LEVEL_FILLS[2:4] else 1.5)


def test_level_bars_are_as_long_as_their_counts() -> None:
    svg = level_bars("題", "文", [LevelRow("課", (10, 0, 20, 30, 40), "2.90")], LEVELS)
    bars = [mark for mark in marks(svg, "rect") if mark["fill"] in LEVEL_FILLS and Fraction(mark["y"]) > 40]
    widths: dict[str, Fraction] = {}
    for mark in bars:
        widths[mark["fill"]] = max(widths.get(mark["fill"], Fraction(0)), Fraction(mark["width"]))
    full = sum(widths.values())
    shares = [widths[fill] / full for fill in LEVEL_FILLS]
    for share, count in zip(shares, (10, 0, 20, 30, 40), strict=True):
        assert abs(share - Fraction(count, 100)) < Fraction(1, 1000)
    assert {"10", "20", "30", "40", "100", "2.90"} <= set(texts(svg))


def test_a_department_without_judgements_says_so() -> None:
    assert "判定なし" in texts(level_bars("題", "文", [LevelRow("課", (0, 0, 0, 0, 0))], LEVELS))


def test_a_row_of_another_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="3 counts for 5 levels"):
        level_bars("題", "文", [LevelRow("課", (1, 2, 3))], LEVELS)


def test_a_scale_of_another_length_can_be_drawn() -> None:
    svg = level_bars("題", "文", [LevelRow("課", (1, 2, 3))], ("低", "中", "高"), conforms_from=2)
    assert {"低", "中", "高", "6"} <= set(texts(svg))


def test_a_waterfall_must_arrive() -> None:
    start = Step("前", Fraction(284, 100), "2.84")
    svg = waterfall("題", "文", start, change_steps(), Step("今", Fraction(288, 100), "2.88"))
    assert {"2.84", "2.88", "+0.07", "−0.04"} <= set(texts(svg))
    with pytest.raises(ValueError, match="steps end at"):
        waterfall("題", "文", start, change_steps(), Step("今", Fraction(289, 100), "2.89"))


@given(st.lists(st.fractions(-1, 1, max_denominator=400), max_size=8), st.fractions(0, 4, max_denominator=400))
def test_any_waterfall_is_drawn_and_says_when_its_axis_is_cut(steps: list[Fraction], start: Fraction) -> None:
    end = start + sum(steps, start=Fraction(0))
    svg = waterfall(
        "題", "文", Step("前", start, "a"), [Step("要因", step, "b") for step in steps], Step("今", end, "c")
    )
    axis = [text for text in texts(svg) if "から始まる" in text]
    columns = [mark for mark in marks(svg, "rect") if mark["fill"] == SOFT_INK]
    if not axis and start > 0 and end > 0:
        tall = [Fraction(mark["height"]) for mark in columns]
        assert abs(tall[0] * end - tall[1] * start) <= (start + end) * Fraction(
            3, 2
        )  # from zero: heights in proportion


def test_hidden_and_new_items_are_named() -> None:
    rows = [
        RateRow("甲", None, "秘匿"),
        RateRow("乙", Fraction(9, 10), "90.0", "new"),
        RateRow("丙", Fraction(8, 10), "80.0", "revised", Fraction(7, 10), "70.0"),
    ]
    found = texts(rate_bars("題", "文", rows))
    assert {"新規", "見直し", "秘匿", "横軸は70%から始まる"} <= set(found)
    with pytest.raises(KeyError):
        rate_bars("題", "文", [RateRow("甲", Fraction(1), "100.0", "unknown")])


def test_an_axis_from_zero_is_not_called_cut() -> None:
    assert not [text for text in texts(rate_bars("題", "文", [RateRow("甲", Fraction(0), "0.0")])) if "始まる" in text]


def test_a_mean_outside_the_axis_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the axis"):
        mean_dots("題", "文", [DotRow("甲", Fraction(1), None)], Fraction(3), 2, 4, pass_shown="3.00")


def test_a_fall_is_told_in_words_too() -> None:
    rows = [DotRow("甲", Fraction(25, 10), Fraction(27, 10), "2.50", "2.70")]
    assert "今年度（低下）" in texts(mean_dots("題", "文", rows, Fraction(3), 2, 4, pass_shown="3.00"))


def test_level_change_draws_both_years_and_says_where_one_is_missing() -> None:
    svg = level_change("題", "文", [("レベル０", None, Fraction(1, 4), "記録なし", "25.0％")], "今年度", "前年度")
    assert {"記録なし", "25.0％", "今年度", "前年度"} <= set(texts(svg))


@pytest.mark.parametrize("count", [1, 24, 76, 120, 150])
def test_every_department_stands_once_in_the_rotation_map(count: int) -> None:
    rows = [RotationRow(f"部{at // 9}", f"第{at}課", ("internal", "", "external")) for at in range(count)]
    svg = rotation_map("題", "文", ("R5", "R6", "R7"), rows)
    found = texts(svg)
    assert [text for text in found if re.fullmatch(r"第\d+課", text)] == [row.label for row in rows]
    assert found.count("内") == found.count("外") == count + 1
    height = Fraction(ElementTree.fromstring(svg).get("height", ""))
    assert height <= 233 * 4  # what fits an A4 page under its caption, four units a millimetre


def test_a_group_that_is_cut_repeats_its_name() -> None:
    rows = [RotationRow("総務部", f"第{at}課", ("internal",)) for at in range(40)]
    assert texts(rotation_map("題", "文", ("R5",), rows)).count("総務部（続き）") == 1


def test_a_row_with_other_years_is_refused() -> None:
    with pytest.raises(ValueError, match="2 marks for 1 years"):
        rotation_map("題", "文", ("R5",), [RotationRow("部", "課", ("", ""))])


def test_seventy_six_departments_stay_legible() -> None:
    svg = rotation_picture(76)
    assert min(Fraction(mark["font-size"]) for mark in marks(svg, "text")) >= 9  # 9 units = 2.25 mm = 6.4 points


@given(st.fractions(-10, 10, max_denominator=1000), st.fractions(min_value=Fraction(1, 1000), max_value=10))
def test_axis_marks_are_round_few_and_inside(low: Fraction, span: Fraction) -> None:
    found = ticks(low, low + span)
    assert 1 <= len(found) <= 6
    assert all(low <= value <= low + span for value in found)
    steps = {after - before for before, after in pairwise(found)}
    assert len(steps) <= 1


def test_an_axis_needs_a_length() -> None:
    with pytest.raises(ValueError, match="low < high"):
        ticks(Fraction(1), Fraction(1))


@pytest.mark.parametrize(
    ("value", "words"),
    [(Fraction(5, 2), "2.5"), (Fraction(-1, 20), "−0.05"), (Fraction(0), "0"), (Fraction(100), "100")],
)
def test_axis_marks_are_written_plainly(value: Fraction, words: str) -> None:
    assert plain(value) == words


@given(st.integers(-100000, 100000))
def test_lengths_have_one_decimal(tenths: int) -> None:
    assert Fraction(number(Fraction(tenths, 10))) == Fraction(tenths, 10)


@given(st.text("監査aあ、1", max_size=60), st.integers(20, 200), st.integers(1, 4))
def test_wrapped_words_fit(words: str, width: int, max_lines: int) -> None:
    lines = wrapped(words, width, 10, max_lines)
    assert len(lines) <= max_lines
    assert all(text_width(line, 10) <= width for line in lines)
    joined = "".join(lines)
    assert joined == words or joined.endswith("…")


def test_words_that_fit_are_not_shortened() -> None:
    assert fitted("監査", 20, 10) == "監査"
    assert fitted("監査室", 20, 10) == "監…"


def test_a_range_is_drawn_from_the_strictest_to_the_loosest_reading() -> None:
    """The axis ends at 20 %, 330 units from its start: 5 % lies at 82.5, 15 % at 247.5, so the bar is 165 wide."""
    row = RangeRow("開封率", Fraction(5, 100), Fraction(1, 10), Fraction(15, 100), "10.0％")
    drawn = range_bars("率", "幅", [row])
    assert '<rect x="252.5" y="40" width="165" height="14"' in drawn
    assert '<circle cx="335" cy="47" r="5"' in drawn and "10.0％" in drawn
    ElementTree.fromstring(drawn)


def test_a_course_rises_with_its_people_and_tells_its_lines_apart_without_colour() -> None:
    drawn = course_lines("時間", "表", ["5分", "15分"], [CourseRow("報告", [4, 8]), CourseRow("開いた", [0, 2])])
    heights = [
        float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)" r="3"', drawn) if y != "14"
    ]  # 14: the key
    assert heights[0] > heights[1] and heights[2] == 210  # 4 of 8 lies lower than 8; nobody lies on the floor
    assert "stroke-dasharray" in drawn and "8人" in drawn
    ElementTree.fromstring(drawn)
    ElementTree.fromstring(course_lines("時間", "表", ["5分"], [CourseRow("報告", [0])]))
