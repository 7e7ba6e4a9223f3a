"""The commands of copies: one makes a copy while people work, one restores it into an empty place."""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kansa.cli.outcome import Outcome
from kansa.cli.setting_up import is_home_made, load_django, operator, start_django
from kansa.core.errors import RuleError

if TYPE_CHECKING:
    from kansa.config.backups.making import Made

KEY_JA = "secret.key は控えに入っていません。別の場所に一度写してください（戻すときに要ります）。"
COVERED_JA = "実施中の秘匿・無記名の自己点検は、人数の足りない所属の回答を前の控えのままにしています（手引37）。"
APART_JA = (
    "前の控えがこのフォルダにないため、実施中の秘匿・無記名の自己点検の回答は、この控えに入っていません。"
    "前の控えのあるフォルダを --to に指定してください。"
)
NEW_KEY_JA = (
    "新しい秘密鍵を作りました。"
    "配った回答票、回答を続けるリンク、書き出した監査調書、登録したメールの設定は使えません（手引37）。"
)


def backup(options: Namespace) -> Outcome:
    """Makes a copy in a folder."""
    if options.keep is not None and options.keep < 1:
        raise RuleError("bad_keep", "--keep は1以上の数にしてください。")
    start_django()
    from kansa.config.backups.making import back_up

    now = datetime.now().astimezone()
    made = back_up(operator(), options.to.expanduser().absolute(), now, options.keep)
    data = {"file": str(made.path), "bytes": made.size, "sha256": made.sha256, "removed": list(made.removed)}
    data |= {"has_campaigns": made.has_campaigns, "is_apart": made.is_apart, "with_answers": list(made.with_answers)}
    return Outcome(told(made), data)


def told(made: Made) -> list[str]:
    """What a person reads."""
    lines = [f"控えを作り、読み直して確かめました：{made.path}（{made.size:,}バイト）", KEY_JA]
    if made.has_campaigns:
        lines.append(APART_JA if made.is_apart else COVERED_JA)
    if made.removed:
        lines.append(f"古い控えを消しました：{'、'.join(made.removed)}")
    if made.with_answers:
        lines.append("終了した自己点検の実施中に取った控えが残っています。不要になったら消してください：")
        lines += [f"　{name}" for name in made.with_answers]
    return lines


def restore(options: Namespace) -> Outcome:
    """Restores a copy into an empty home."""
    from kansa.config.backups.archive import verify
    from kansa.config.home import create_home, home_folder

    path: Path = options.file.expanduser().absolute()
    manifest = verify(path)
    home = home_folder(os.environ)
    if not is_home_made() and not options.new_key:
        reason = f"先に、控えを取った時の secret.key を「{home}」に置いてください。"
        raise RuleError("no_key", f"{reason}なくしたときだけ --new-key を付けます（手引37）。")
    has_new_key = create_home(home)
    load_django()
    from kansa.config.backups.restoring import restore as restore_copy

    done = restore_copy(operator(), path, manifest, has_new_key=has_new_key)
    lines = [
        f"戻しました：{manifest.municipality_ja}（{manifest.made_at} の控え、kansa {manifest.version}）",
        f"データの置き場所：{home}",
    ]
    if has_new_key:
        lines.append(NEW_KEY_JA)
    if done.paused_count:
        paused = f"送信中だった一斉送信{done.paused_count}件を一時停止にしました。"
        lines.append(f"{paused}中継サーバーの記録を見てから再開してください。")
    if done.has_campaigns:
        lines.append("実施中の自己点検：控えに入っていない人は、もう一度「回答を始める」から回答できます（手引37）。")
    if done.newer:
        lines.append(f"これより新しい控えがあります：{'、'.join(done.newer)}")
        lines.append("そのため、実施中の秘匿・無記名の自己点検の回答は、終了するまで次の控えに入りません。")
    lines.append("「kansa doctor」で確かめてから、画面を開いてください。")
    data = {"home": str(home), "made_at": manifest.made_at, "paused": done.paused_count, "newer": list(done.newer)}
    return Outcome(lines, data)
