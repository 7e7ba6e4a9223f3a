"""Where are the bytes that a row was read from?"""

from __future__ import annotations

from django.core.files.storage import storages

from kansa.apps.trail.models import SourceFile
from kansa.core.errors import RuleError
from kansa.core.permission import Actor, can


def original_bytes(actor: Actor, sha256: str) -> bytes:
    """The bytes as they were handed in.

    Raises RuleError: not allowed, no such file in the actor's municipality, or erased after its retention.
    """
    if not can(actor, "read_trace"):
        raise RuleError("not_allowed", "元のファイルを開く権限がありません。")
    file = SourceFile.objects.visible_to(actor).filter(sha256=sha256).first()
    if file is None:
        raise RuleError("no_such_file", "この照合番号のファイルは保管されていません。")
    if file.is_restricted and not can(actor, "import"):
        raise RuleError("not_allowed", "取扱いを限った元のファイルを開く権限がありません。")
    if file.erased_at is not None:
        raise RuleError("erased", f"「{file.name}」は保存期間が過ぎたため消去されました。")
    with storages["restricted" if file.is_restricted else "default"].open(file.stored_name) as stored:
        return bytes(stored.read())
