"""Which words do the pages of mail use for codes?"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

METHODS: dict[str, str | Promise] = {
    "mailed_code": gettext_lazy("送った番号で確認"),
    "two_persons": gettext_lazy("二人で確認"),
}
TLS_MODES: dict[str, str | Promise] = {
    "starttls": gettext_lazy("STARTTLS"),
    "tls": gettext_lazy("TLS"),
    "none": gettext_lazy("暗号化しない"),
}
STATES: dict[str, str | Promise] = {
    "waiting": gettext_lazy("送信待ち"),
    "claimed": gettext_lazy("送信中"),
    "deferred": gettext_lazy("再送待ち"),
    "accepted": gettext_lazy("中継サーバーが受理"),
    "failed": gettext_lazy("送信できず"),
    "expired": gettext_lazy("期限切れ"),
    "cancelled": gettext_lazy("取りやめ"),
    "excluded": gettext_lazy("対象外"),
    "unknown": gettext_lazy("不明"),
}
EXPLANATIONS: dict[str, str | Promise] = {
    "waiting": gettext_lazy("まだ送っていない"),
    "claimed": gettext_lazy("今、中継サーバーに渡している"),
    "deferred": gettext_lazy("一時的に断られた。5、15、30、60、120分後に送り直す"),
    "accepted": gettext_lazy("中継サーバーが引き受けた。届いたかどうかは、戻ったメールで分かる"),
    "failed": gettext_lazy("宛先がないなどの理由で断られた"),
    "expired": gettext_lazy("送信期間が終わった"),
    "cancelled": gettext_lazy("停止したため送らない"),
    "excluded": gettext_lazy("理由を記録して除いた"),
    "unknown": gettext_lazy("渡している途中で途切れ、届いたか分からない。自動では送り直さない"),
}
TONES = {
    "accepted": "good",
    "waiting": "idle",
    "claimed": "busy",
    "deferred": "busy",
    "excluded": "idle",
    "failed": "bad",
    "expired": "bad",
    "cancelled": "idle",
    "unknown": "odd",
}
BOX_TROUBLES: dict[str, str | Promise] = {
    "box_unreadable": gettext_lazy("読めません。ホスト名、ポート番号、利用者名とパスワードを確かめてください。"),
    "box_tls": gettext_lazy("証明書を確かめられません。"),
    "box_folder": gettext_lazy("フォルダーがありません。"),
}
