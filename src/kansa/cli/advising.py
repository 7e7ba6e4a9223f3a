"""The commands of advisories. They need no database, so that they also run on the machine outside that packs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from kansa.cli.outcome import Outcome
from kansa.cli.records import write_file
from kansa.core.errors import InputError, Place, Refusal
from kansa.formats.advisories import READERS
from kansa.patches import Bundle, new_key, open_bundle, pack, public_part
from kansa.patches.scripts import script


def advisories(options: Namespace) -> Outcome:
    """One of the subcommands."""
    return SUBCOMMANDS[options.advisory_command](options)


def _told(bundle: Bundle) -> list[str]:
    """One line a file."""
    return [
        f"　{one.name}：{READERS[one.kind].title_ja}{f'、{one.release}' if one.release else ''}、"
        f"{f'{one.as_of}時点' if one.as_of else '時点不明'}"
        for one in bundle.files
    ]


def pack_files(options: Namespace) -> Outcome:
    """Packs files as they were fetched."""
    _check_new(options.out)
    for path in (*options.files, *filter(None, [options.key])):
        if not path.is_file():
            raise InputError(Refusal("no_file", "このファイルはありません。", Place(str(path))))
    private = options.key.read_text(encoding="ascii", errors="replace") if options.key else ""
    public = public_part(private) if private else ""
    as_of = _day(options.as_of)
    bundle = pack(
        options.files,
        options.out,
        datetime.now().astimezone().date(),
        private=private,
        release=options.release,
        as_of=as_of,
    )
    signed = f"署名した。公開鍵：{public}" if public else "署名していない（--key で鍵を指定すると署名する）。"
    lines = [f"照合データを作った：{options.out}", *_told(bundle), signed]
    return Outcome(lines, {"files": [asdict(one) for one in bundle.files], "public_key": public})


def _check_new(path: Path) -> None:
    """Raises InputError when the file is there already, or its folder is not."""
    if path.exists():
        raise InputError(Refusal("file_exists", "同じ名前のファイルがあります。", Place(str(path))))
    if not path.absolute().parent.is_dir():
        raise InputError(Refusal("no_file", "このフォルダはありません。", Place(str(path.parent))))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise InputError(
            Refusal("bad_date", "時点は 2026-11-28 のように書いてください。", Place(column="--as-of"))
        ) from None


def keygen(options: Namespace) -> Outcome:
    """Writes a new signing key that only its owner may read."""
    _check_new(options.out)
    key = new_key()
    options.out.touch(mode=0o600)
    options.out.write_text(key.private + "\n", encoding="ascii")
    lines = [f"署名用の鍵を作った：{options.out}（庁外に出さない）", f"kansa に登録する公開鍵：{key.public}"]
    return Outcome(lines, {"public_key": key.public})


def show(options: Namespace) -> Outcome:
    """What a bundle holds; refused when it is damaged."""
    if not options.file.is_file():
        raise InputError(Refusal("no_file", "このファイルはありません。", Place(str(options.file))))
    keys = {"指定した鍵": options.public_key} if options.public_key else {}
    bundle = open_bundle(options.file, keys)
    signed = f"署名：{bundle.signed_by}" if bundle.signed_by else "署名：確かめられない"
    lines = [f"{bundle.packed_on}に作成。", *_told(bundle), signed]
    return Outcome(lines, {"files": [asdict(one) for one in bundle.files], "signed_by": bundle.signed_by})


def write_script(options: Namespace) -> Outcome:
    """Writes the script that takes the inventory."""
    write_file(options.out, script(options.system))
    return Outcome([f"書き出した：{options.out}"], {"file": str(options.out)})


SUBCOMMANDS: dict[str, Callable[[Namespace], Outcome]] = {
    "pack": pack_files,
    "keygen": keygen,
    "show": show,
    "script": write_script,
}
