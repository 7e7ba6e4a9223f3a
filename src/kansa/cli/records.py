"""The commands that move records in and out: init, import, export, template, sample."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from kansa.cli.outcome import Outcome
from kansa.cli.progress import steps
from kansa.cli.setting_up import operator, start_django
from kansa.core.errors import InputError, Place, Refusal, RuleError

MOST_SHOWN = 20


def init(options: Namespace) -> Outcome:
    """Makes the home, the secret key and the database; names the municipality."""
    start_django(create=True)
    from django.conf import settings

    from kansa.apps.people.actions import found_municipality
    from kansa.apps.people.models import Municipality

    if options.municipality:
        found_municipality(operator(), options.municipality)
    named = Municipality.objects.first()
    if named is None:
        raise RuleError("no_name", "団体の名称を「kansa init --municipality 名称」で指定してください。")
    lines = [f"用意できました：{named.name_ja}", f"データの置き場所：{settings.KANSA_HOME}"]
    lines.append(
        "次は「kansa template 種類 --out ファイル」で雛形を作り、「kansa import 種類 ファイル」で取り込みます。"
    )
    return Outcome(lines, {"home": str(settings.KANSA_HOME), "municipality": named.name_ja})


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises InputError naming it."""
    try:
        return path.read_bytes()
    except OSError as fault:
        words = {FileNotFoundError: "ファイルがありません", PermissionError: "開く権限がありません"}
        words[IsADirectoryError] = "ファイルではなくフォルダです"
        reason = f"{words.get(type(fault), 'ファイルを読めません')}。"
        raise InputError(Refusal("unreadable", reason, Place(file=str(path)))) from fault


def write_file(path: Path, data: bytes) -> None:
    """Writes a file whole: a temporary one beside it, then renamed. Raises RuleError when that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as fault:
        raise RuleError("unwritable", f"「{path}」に書き込めません（{fault.strerror}）。") from fault


def import_(options: Namespace) -> Outcome:
    """Shows what files would change; with --apply, changes it whole or not at all."""
    start_django()
    from kansa.apps.annual_report.actions import import_files
    from kansa.apps.trail.actions import ImportOptions, Upload

    uploads = [Upload(path.name, read_file(path)) for path in steps(options.files, "読込み")]
    chosen = ImportOptions(fiscal_year=options.year, drill_code=options.drill, replace=options.replace)
    outcome = import_files(operator(), options.kind, uploads, apply=options.apply, options=chosen)
    plan = outcome.plan
    data: dict[str, object] = {
        "applied": outcome.is_applied,
        "added": plan.added,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "removed": plan.removed,
        "warnings": [warning.ja() for warning in plan.warnings],
    }
    if outcome.refusals:
        raise InputError(*outcome.refusals)
    numbers = f"追加{plan.added}、変更{plan.changed}、変更なし{plan.unchanged}、削除{plan.removed}"
    lines = [f"取り込みました：{numbers}" if outcome.is_applied else f"確認だけ（まだ取り込んでいません）：{numbers}"]
    if not outcome.is_applied:
        lines += _samples(plan)
        lines.append("この内容でよければ、同じ命令に --apply を付けて実行してください。")
    lines += [f"注意：{warning.ja()}" for warning in plan.warnings]
    return Outcome(lines, data)


def _samples(plan: object) -> list[str]:
    """The first added and changed rows in words, so that the office sees what would happen."""
    lines: list[str] = []
    for table in plan.tables:  # type: ignore[attr-defined]
        if table.is_personal:
            continue
        for changed in table.changed:
            for name, before, after in zip(table.fields, changed.before, changed.row.values, strict=True):
                if before != after:
                    lines.append(f"　変更 {_place(changed.row.source)}{name}：「{before}」→「{after}」")
        for removed in table.removed:
            lines.append(f"　削除 {'、'.join(str(value) for value in removed.before[: table.key_count])}")
    more = len(lines) - MOST_SHOWN
    return [*lines[:MOST_SHOWN], f"　ほか{more}件"] if more > 0 else lines


def _place(source: object) -> str:
    from kansa.apps.trail.actions import place_of

    where = place_of(source).ja()  # type: ignore[arg-type]
    return f"{where} " if where else ""


def export(options: Namespace) -> Outcome:
    """Writes the records of one kind and year, or one locked worksheet."""
    start_django()
    from kansa.apps.annual_report.queries import export_records, worksheet_file
    from kansa.formats.writers import export_csv, export_xlsx

    if options.kind == "worksheet":
        if not options.engagement:
            raise RuleError("no_engagement", "どの監査の調書かを --engagement で指定してください。")
        data = worksheet_file(operator(), options.year, options.engagement)
        write_file(options.out, data)
        return Outcome([f"監査調書を書き出しました：{options.out}"], {"file": str(options.out)})
    records = export_records(operator(), options.kind, options.year)
    if not records:
        raise RuleError("nothing", f"{options.year}年度の「{options.kind}」の記録はありません。")
    write = export_csv if options.out.suffix.lower() == ".csv" else export_xlsx
    write_file(options.out, write(options.kind, records))
    return Outcome(
        [f"{len(records)}件を書き出しました：{options.out}"], {"file": str(options.out), "count": len(records)}
    )


def template(options: Namespace) -> Outcome:
    """Writes an empty import sheet with its explanations."""
    from kansa.formats.writers import template as template_bytes

    if options.out.suffix.lower() != ".xlsx":
        raise RuleError("not_xlsx", "雛形は Excel（.xlsx）で書き出します。")
    write_file(options.out, template_bytes(options.kind))
    return Outcome([f"雛形を書き出しました：{options.out}"], {"file": str(options.out)})


def sample(options: Namespace) -> Outcome:
    """Writes the files of the synthetic city."""
    from kansa.sample import generate

    files = generate(options.seed)
    for file in files:
        write_file(options.out / file.name, file.data)
    lines = [f"架空の市「みほん市」の{len(files)}個のファイルを書き出しました：{options.out}"]
    return Outcome(lines, {"folder": str(options.out), "files": [file.name for file in files]})
