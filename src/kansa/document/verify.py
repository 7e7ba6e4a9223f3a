"""Does a published report still say what its frozen records say? Offline, from the bundle alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.zip_faults import ZIP_FAULTS
from kansa.document.frozen import sha256
from kansa.document.render import RENDERERS
from kansa.document.render.markers import MARKERS
from kansa.document.report import (
    FIGURES_NAME,
    FROZEN_NAME,
    PREDICATE,
    STATEMENT_NAME,
    Report,
    attached,
    figures_json,
    parse_json,
    read_report,
)

LARGEST_MEMBER = 300 * 1024 * 1024
REPRODUCED = ("html", "xlsx", "csv")  # outputs whose bytes depend on nothing but the frozen year and kansa's version


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was looked at."""

    is_good: bool
    subject: str
    message_ja: str


def read_bundle(data: bytes, file_name: str) -> dict[str, bytes]:
    """The members of a bundle. Raises InputError for what is not a bundle or is too large."""

    def refused(reason_ja: str) -> InputError:
        return InputError(Refusal("bundle_unreadable", reason_ja, Place(file=file_name)))

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_MEMBER:
                raise refused("展開後の大きさが上限を超えています。")
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except ZIP_FAULTS as fault:
        raise refused(f"束（zip）として読めません。壊れているか、書き換えられています（{fault}）。") from fault
    missing = [name for name in (FROZEN_NAME, FIGURES_NAME, STATEMENT_NAME) if name not in members]
    if missing:
        raise refused(f"束に必要なファイルがありません（{'、'.join(missing)}）。")
    return members


def verify(members: dict[str, bytes], version: str) -> list[Verdict]:
    """Every check in order; the report holds when all verdicts are good.

    Raises InputError when the statement itself cannot be read.
    """
    statement = parse_json(members[STATEMENT_NAME], STATEMENT_NAME)
    predicate = _predicate(statement)
    verdicts = list(_digests(members, statement))
    try:
        report = read_report(
            members[FROZEN_NAME],
            is_draft=bool(predicate.get("draft")),
            glyph_substitute=str(predicate.get("glyph_substitute") or ""),
        )
    except InputError as fault:
        return [*verdicts, *(Verdict(False, FROZEN_NAME, refusal.reason_ja) for refusal in fault.refusals)]
    verdicts += _figures(members[FIGURES_NAME], report)
    same_version = predicate.get("software") == {"kansa": version}
    for name, data in sorted(members.items()):
        if name not in (FROZEN_NAME, FIGURES_NAME, STATEMENT_NAME):
            verdicts += _output(name, data, report, same_version)
    return verdicts


def _predicate(statement: object) -> dict[str, object]:
    predicate = statement.get("predicate") if isinstance(statement, dict) else None
    if (
        not isinstance(statement, dict)
        or statement.get("predicateType") != PREDICATE
        or not isinstance(predicate, dict)
    ):
        raise InputError(
            Refusal("not_a_statement", "kansa の証明書（statement）ではありません。", Place(STATEMENT_NAME))
        )
    return predicate


def _digests(members: dict[str, bytes], statement: object) -> Iterator[Verdict]:
    """Each file against the hash the statement holds; files that are missing or were added."""
    expected: dict[str, object] = {}
    if isinstance(statement, dict):
        inputs = _predicate(statement).get("inputs")
        if isinstance(inputs, dict):
            expected.update(inputs)
        for subject in statement.get("subject") or []:
            if isinstance(subject, dict) and isinstance(subject.get("digest"), dict):
                expected[str(subject.get("name"))] = subject["digest"].get("sha256")
    for name, digest in sorted(expected.items()):
        if name not in members:
            yield Verdict(False, name, "証明書にあるファイルが束にありません。")
        elif sha256(members[name]) != digest:
            yield Verdict(False, name, "内容が証明書のハッシュ値と一致しません。書き換えられています。")
        else:
            yield Verdict(True, name, "ハッシュ値が一致")
    for name in sorted(set(members) - set(expected) - {STATEMENT_NAME}):
        yield Verdict(False, name, "証明書にないファイルが束に加えられています。")
    for name in (FROZEN_NAME, FIGURES_NAME):
        if name not in expected:
            yield Verdict(False, name, "証明書にハッシュ値がありません。")


def _figures(stored: bytes, report: Report) -> Iterator[Verdict]:
    """Every figure computed again from the frozen records, against the figures that were published."""
    if stored == figures_json(report.book):
        yield Verdict(True, FIGURES_NAME, f"{len(report.book.figures)}個の数値を凍結した記録から計算し直し、全て一致")
        return
    try:
        published = _by_id(parse_json(stored, FIGURES_NAME))
    except InputError as fault:
        yield from (Verdict(False, FIGURES_NAME, refusal.reason_ja) for refusal in fault.refusals)
        return
    computed = _by_id(parse_json(figures_json(report.book), FIGURES_NAME))
    for figure_id in sorted(published.keys() | computed.keys()):
        before, after = published.get(figure_id), computed.get(figure_id)
        if before == after:
            continue
        if before is None or after is None:
            word = "公表された数値にありません" if before is None else "記録からは計算されません"
            yield Verdict(False, figure_id, f"{word}。")
            continue
        changed = "、".join(
            f"{key}：公表「{before.get(key)}」計算「{after.get(key)}」"
            for key in sorted(before.keys() | after.keys())
            if before.get(key) != after.get(key)
        )
        yield Verdict(False, figure_id, f"記録から計算した値と異なります（{changed}）。")


def _by_id(figures: object) -> dict[str, dict[str, object]]:
    if not isinstance(figures, list):
        raise InputError(Refusal("not_figures", "数値の一覧として読めません。", Place(FIGURES_NAME)))
    return {str(figure["id"]): figure for figure in figures if isinstance(figure, dict) and "id" in figure}


def _output(name: str, data: bytes, report: Report, same_version: bool) -> Iterator[Verdict]:
    """The numbers printed in one output against the computed figures, by their markers."""
    kind = name.rpartition(".")[2]
    if kind in REPRODUCED and same_version:
        again = RENDERERS[kind](report.document, report.book, attached(figures_json(report.book)))
        if again == data:
            yield Verdict(True, name, "記録から作り直したものと1バイトも違わない")
            return
        yield Verdict(False, name, "記録から作り直したものと異なります。")
    if kind not in MARKERS:
        return
    try:
        markers = MARKERS[kind](data)
    except ValueError as fault:
        yield Verdict(False, name, f"数値の印を読めません（{fault}）。")
        return
    wrong = 0
    for figure_id, shown in markers:
        figure = report.book.figures.get(figure_id)
        if figure is None or figure.shown != shown:
            wrong += 1
            right = "計算されない数値" if figure is None else f"計算した値は「{figure.shown}」"
            yield Verdict(False, name, f"{figure_id} が「{shown}」と印字されています（{right}）。")
    if not wrong:
        yield Verdict(True, name, f"印の付いた{len(markers)}個の数値が計算した値と一致")
