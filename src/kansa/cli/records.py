"""The commands that move records in and out: init, import, export, template, sample."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from kansa.cli.outcome import Outcome
from kansa.cli.progress import steps
from kansa.cli.setting_up import operator, start_django
from kansa.core.errors import InputError, Place, Refusal, RuleError

if TYPE_CHECKING:
    from kansa.apps.annual_report.actions import ImportOutcome
    from kansa.apps.trail.actions import ImportPlan, Upload

MOST_SHOWN = 20


def init(options: Namespace) -> Outcome:
    """Makes the home, the secret key and the database; names the municipality, or leaves that to the first page."""
    start_django(create=True)
    from django.conf import settings

    from kansa.apps.people.actions import found_municipality, prepare_municipality

    named = prepare_municipality(operator())
    if options.municipality:
        named = found_municipality(operator(), options.municipality)
    name_ja = named.name_ja or "（名称は画面の「はじめに」で登録します）"
    lines = [f"用意できました：{name_ja}", f"データの置き場所：{settings.KANSA_HOME}"]
    lines.append("次は「kansa add-administrator ログイン名 --name 氏名」で最初のアカウントを作り、")
    lines.append("「kansa serve」で画面を開きます。画面の「はじめに」に、最初の監査までの手順があります。")
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
    if options.mapping:
        outcome = _by_mapping(options, uploads)
    else:
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
        lines += _samples(options.kind, plan)
        lines.append("この内容でよければ、同じ命令に --apply を付けて実行してください。")
    lines += [f"注意：{warning.ja()}" for warning in plan.warnings]
    if options.kind == "accounts" and outcome.is_applied:
        lines.append("新しいアカウントにはパスワードがありません。画面の「アカウント」で仮のパスワードを発行します。")
    return Outcome(lines, data)


def _by_mapping(options: Namespace, uploads: list[Upload]) -> ImportOutcome:
    """Answers of a past year or a firm's table of a drill, read by a kept mapping (or one from a file)."""
    from kansa.apps.annual_report.actions import import_drill_table, import_past
    from kansa.apps.drills.queries import drill_mapping_named
    from kansa.apps.self_inspection.queries import mapping_named
    from kansa.apps.trail.actions import ImportOptions
    from kansa.formats.past_answers import mapping_from_json

    if options.kind == "drill":
        columns = drill_mapping_named(operator(), options.mapping)
        if columns is None:
            raise RuleError("no_mapping", f"「{options.mapping}」という名前の対応表は保存されていません。")
        chosen = ImportOptions(fiscal_year=options.year, drill_code=options.drill)
        return import_drill_table(operator(), uploads, columns, chosen, apply=options.apply).outcome
    if options.kind != "self_inspection" or options.year is None:
        reason = "--mapping は、「自己点検の回答」と --year か、「訓練結果」と --year、--drill とともに指定します。"
        raise RuleError("mapping_needs_year", reason)
    if options.mapping.endswith(".json"):
        try:
            mapping = mapping_from_json(json.loads(read_file(Path(options.mapping)).decode("utf-8-sig")))
        except ValueError as fault:
            reason = "対応表として読めません。画面で作った対応表を書き出したものを指定してください。"
            raise InputError(Refusal("bad_mapping", reason, Place(file=options.mapping))) from fault
    else:
        found = mapping_named(operator(), options.mapping)
        if found is None:
            raise RuleError("no_mapping", f"「{options.mapping}」という名前の対応表は保存されていません。")
        mapping = found
    return import_past(operator(), uploads, mapping, options.year, apply=options.apply).outcome


def _samples(kind: str, plan: ImportPlan) -> list[str]:
    """The first changed and removed rows in the words of the file, so that the office sees what would happen."""
    from kansa.apps.annual_report.queries import change_lines

    lines = [f"　{one.ja()}" for one in change_lines(kind, plan)]
    more = len(lines) - MOST_SHOWN
    return [*lines[:MOST_SHOWN], f"　ほか{more}件"] if more > 0 else lines


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
    writers = {".csv": export_csv, ".xlsx": export_xlsx}
    write = writers.get(options.out.suffix.lower())
    if write is None:
        raise RuleError("bad_suffix", "出力先の名前は .xlsx 又は .csv で終わるものにしてください。")
    write_file(options.out, write(options.kind, records))
    return Outcome(
        [f"{len(records)}件を書き出しました：{options.out}"], {"file": str(options.out), "count": len(records)}
    )


def template(options: Namespace) -> Outcome:
    """Writes an empty import sheet with its explanations."""
    from kansa.formats import SPECS
    from kansa.formats.writers import template as template_bytes

    if options.kind == "worksheet":
        raise RuleError("no_template", "監査調書は監査ごとに「kansa export worksheet」で書き出します。")
    if options.kind not in SPECS:
        raise RuleError("no_template", "GoPhish の書き出したファイルをそのまま取り込むため、雛形はありません。")
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


def describe_drill(options: Namespace) -> Outcome:
    """Gives a drill the name and the questionnaire's result that the report prints."""
    start_django()
    from kansa.apps.drills import actions

    actions.describe_drill(operator(), options.year, options.drill, options.name, options.questionnaire)
    return Outcome([f"{options.year}年度の訓練「{options.drill}」の説明を登録しました。"], {"drill": options.drill})


def erase(options: Namespace) -> Outcome:
    """Erases originals past their retention, or the answers behind a year's tally."""
    start_django()
    from django.utils import timezone

    from kansa.apps.annual_report.actions import forget_expired
    from kansa.apps.self_inspection.actions import erase_responses
    from kansa.apps.trail.actions import erase_expired

    if options.what == "expired":
        count = erase_expired(operator(), timezone.localdate())
        forget_expired(operator(), timezone.now())
        return Outcome([f"保存期間を過ぎた原本を{count}件消しました。"], {"erased": count})
    if options.year is None:
        raise RuleError("no_year", "どの年度の回答かを --year で指定してください。")
    count = erase_responses(operator(), options.year)
    return Outcome(
        [f"{options.year}年度の自己点検の回答{count}件を消しました。集計は残っています。"], {"erased": count}
    )
