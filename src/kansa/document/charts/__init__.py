"""What lives here. Charts as SVG text: one function a chart, its own SVG writer, integers and fractions only.
Who comes here. document.outline, which puts the SVG into a Chart block next to its data table.
May import. The standard library.
Must not. Round or format a figure (printed strings come in), read the clock, use opacity, scripts or web fonts.
To add one. A module with one function that returns `Canvas.svg(...)`, one line here, one test with a picture looked at.
"""

from kansa.document.charts.dots import DotRow, RateRow, mean_dots, rate_bars
from kansa.document.charts.drill import CourseRow, RangeRow, course_lines, range_bars
from kansa.document.charts.levels import LevelChangeRow, LevelRow, level_bars, level_change
from kansa.document.charts.narrow import rate_rows, waterfall_rows
from kansa.document.charts.rotation import RotationRow, rotation_map
from kansa.document.charts.waterfall import Step, waterfall
from kansa.document.charts.zones import ZoneBar, zone_bars

__all__ = [
    "CourseRow",
    "DotRow",
    "LevelChangeRow",
    "LevelRow",
    "RangeRow",
    "RateRow",
    "RotationRow",
    "Step",
    "ZoneBar",
    "course_lines",
    "level_bars",
    "level_change",
    "mean_dots",
    "range_bars",
    "rate_bars",
    "rate_rows",
    "rotation_map",
    "waterfall",
    "waterfall_rows",
    "zone_bars",
]
