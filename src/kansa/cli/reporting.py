"""The commands around the frozen year: check, freeze, confirm, report, trace, verify."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from kansa import __version__
from kansa.cli.outcome import DIFFERS, GOOD, Outcome, of_error
from kansa.cli.progress import working
from kansa.cli.records import read_file, write_file
from kansa.cli.setting_up import operator, start_django
from kansa.core.errors import InputError, Place, Refusal, RuleError

if TYPE_CHECKING:
    from kansa.core.checks import Notice
    from kansa.document.report import Report


def notice_lines(notices: tuple[Notice, ...]) -> list[str]:
    """Notices in words, the gravest first."""
    from kansa.core.checks import SEVERITIES_JA

    order = list(SEVERITIES_JA)
    lines = []
    for notice in sorted(notices, key=lambda notice: order.index(notice.severity)):
        place = f"{notice.place_ja}：" if notice.place_ja else ""
        lines.append(f"［{SEVERITIES_JA[notice.severity]}］{place}{notice.message_ja}（{notice.code}）")
        if notice.way_on_ja:
            lines.append(f"　→ {notice.way_on_ja}")
    return lines


def check(options: Namespace) -> Outcome:
    """Checks the live records of a year."""
    start_django()
    from kansa.apps.annual_report.queries import year_data
    from kansa.core.checks import run_checks
    from kansa.document.frozen import plain

    notices = run_checks(year_data(operator().municipality_id, options.year))
    blocks = [notice for notice in notices if notice.severity == "block"]
    lines = notice_lines(notices) or [f"{options.year}年度の記録に、不足や矛盾は見つかりませんでした。"]
    data = {"notices": [plain(notice) for notice in notices]}
    return Outcome(lines, data, DIFFERS if blocks else GOOD)


def freeze(options: Namespace) -> Outcome:
    """Freezes a year."""
    start_django()
    from kansa.apps.annual_report import actions

    accepted = {}
    for text in options.accept:
        code, mark, reason = text.partition("=")
        if not mark:
            raise InputError(Refusal("bad_accept", "「コード=理由」の形で指定してください。", Place(column="--accept")))
        accepted[code.strip()] = reason.strip()
    try:
        with working("凍結しています"):
            frozen = actions.freeze(operator(), options.year, options.reason, accepted)
    except InputError as fault:
        outcome = of_error(fault)
        hint = "直せない事情があるときは、--accept コード=理由 を付けて凍結できます（付けられないコードもあります）。"
        return replace(outcome, lines=[*outcome.lines, hint])
    word = f"{options.year}年度を第{frozen.version}版として凍結しました。"
    if not frozen.is_new:
        word = f"{options.year}年度の記録は第{frozen.version}版から変わっていません。新しい版は作りませんでした。"
    left = tuple(notice for notice in frozen.notices if notice.code not in accepted)
    lines = [word, f"ハッシュ値：{frozen.sha256}", *notice_lines(left)]
    lines += [f"［理由を付けて受容］{code}：{reason}" for code, reason in accepted.items()]
    data = {"version": frozen.version, "sha256": frozen.sha256, "new": frozen.is_new, "trail_head": frozen.trail_head}
    return Outcome(lines, data)


def confirm(options: Namespace) -> Outcome:
    """Records the approval of the newest frozen version."""
    start_django()
    from kansa.apps.annual_report import actions
    from kansa.apps.annual_report.queries import latest_frozen
    from kansa.core.fiscal import parse_era_date

    try:
        day = parse_era_date(options.on)
    except ValueError as fault:
        reason = f"決裁日「{options.on}」を日付として読めません。"
        raise InputError(Refusal("bad_date", reason, Place(column="--on"))) from fault
    newest = latest_frozen(operator(), options.year)
    version = newest.version if newest is not None else 0
    actions.confirm(operator(), options.year, version, day, options.number, options.by)
    word = f"{options.year}年度 第{version}版の決裁（{options.number}）を記録しました。"
    lines = [word, "次に作る報告書から「案」が外れます。"]
    return Outcome(lines, {"version": version})


def frozen_report(fiscal_year: int, version: int | None, glyph_substitute: str = "") -> Report:
    """The frozen year with its figures and document; 案 until its approval is recorded."""
    from kansa.apps.annual_report.queries import confirmation_of, frozen_bytes, latest_frozen
    from kansa.document.report import read_report

    body = frozen_bytes(operator(), fiscal_year, version)
    newest = latest_frozen(operator(), fiscal_year)
    number = version if version is not None else newest.version if newest is not None else 0
    is_draft = confirmation_of(operator(), fiscal_year, number) is None
    return read_report(body, is_draft=is_draft, glyph_substitute=glyph_substitute)


def report(options: Namespace) -> Outcome:
    """Writes the outputs and the bundle."""
    start_django()
    from kansa.document.report import GETA, bundle_name, make_bundle, render

    formats = [name.strip() for name in options.format.split(",") if name.strip()]
    substitute = GETA if options.substitute_glyph else ""
    made = frozen_report(options.year, options.freeze_version, substitute)
    with working("報告書を作っています"):
        outputs = render(made, formats)
        outputs[bundle_name(made)] = make_bundle(made, outputs, __version__)
    for name, data in outputs.items():
        write_file(options.out / name, data)
    mark = "（案）" if made.is_draft else ""
    lines = [f"{options.year}年度の報告書{mark}を書き出しました。", *(f"　{options.out / name}" for name in outputs)]
    data = {
        "files": [str(options.out / name) for name in outputs],
        "sha256": made.frozen_sha256,
        "draft": made.is_draft,
    }
    return Outcome(lines, data)


def trace(options: Namespace) -> Outcome:
    """Shows where a number comes from."""
    start_django()
    from kansa.document.frozen import plain
    from kansa.document.trace import trace as trace_figure

    made = frozen_report(options.year, None)
    if options.figure not in made.book:
        near = [name for name in made.book.figures if options.figure.split(".")[0] in name][:MOST_NAMES]
        hint = f"近いもの：{'、'.join(near)}" if near else "番号は報告書の Excel の「数値一覧」にあります。"
        raise RuleError("unknown_figure", f"「{options.figure}」という数値はありません。{hint}")
    found = trace_figure(made.year, made.book, options.figure)
    figure = found.figure
    lines = [
        f"{figure.id}　{figure.label_ja}",
        f"　印字：{figure.shown}　正確な値：{figure.value if figure.value is not None else figure.missing_ja}",
        f"　算出方法：{found.formula_ja}",
        *(f"　もとの数値：{part.id} = {part.shown}（{part.label_ja}）" for part in found.inputs),
        f"　もとの記録：{len(found.rows)}件",
    ]
    for row in found.rows:
        place = " ".join(part for part in (row.file, row.sheet, f"{row.rows}行" if row.rows else "") if part)
        lines.append(f"　　{row.label_ja}：{row.value_ja}　［{place or '出典の記録なし'}］")
    data = {"figure": plain(figure), "formula": found.formula_ja, "rows": [plain(row) for row in found.rows]}
    return Outcome(lines, data)


MOST_NAMES = 8


def verify(options: Namespace) -> Outcome:
    """Computes every figure of a bundle again, without any database."""
    from kansa.document.frozen import plain
    from kansa.document.verify import read_bundle
    from kansa.document.verify import verify as verify_members

    members = read_bundle(read_file(options.bundle), options.bundle.name)
    with working("照合しています"):
        verdicts = verify_members(members, __version__)
    bad = [verdict for verdict in verdicts if not verdict.is_good]
    lines = [f"{'○' if verdict.is_good else '×'} {verdict.subject}：{verdict.message_ja}" for verdict in verdicts]
    lines.append("全て一致しました。" if not bad else f"一致しないものが{len(bad)}件あります。")
    return Outcome(
        lines, {"good": not bad, "verdicts": [plain(verdict) for verdict in verdicts]}, DIFFERS if bad else GOOD
    )
