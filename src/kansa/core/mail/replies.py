"""What does a reply of a relay mean for the mail, and what of its text may be kept?

Source: RFC 5321 §4.2 (reply codes), §3.8 (421), RFC 3463 (enhanced status codes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_TEXT = 160
ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
ADDRESS = re.compile(r"<[^>]*>|[^\s<>\"'():;,]+@[^\s<>\"'():;,]+")
UNSAFE = re.compile(r"[^\x20-\x7e]+")
LONG_NUMBER = re.compile(r"\d{5,}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the relay said, at which step (`connect`, `mail`, `rcpt`, `data`, `end`); text without addresses."""

    step: str
    code: int
    enhanced: str = ""
    text: str = ""


def clean_reply(step: str, code: int, text: str, *secrets: str) -> Reply:
    """The reply with everything that could name a person taken out; `secrets`: parts of the recipient's address.

    >>> clean_reply("rcpt", 550, "5.1.1 <taro@city.jp>: user taro unknown", "taro").text
    '5.1.1 (address): user (address) unknown'
    """
    plain = ADDRESS.sub("(address)", UNSAFE.sub(" ", text))
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            plain = re.sub(re.escape(secret), "(address)", plain, flags=re.IGNORECASE)
    plain = LONG_NUMBER.sub("#", plain)
    found = ENHANCED.search(plain)
    return Reply(step, code, found[1] if found else "", " ".join(plain.split())[:LONGEST_TEXT])


def outcome_of(reply: Reply) -> str:
    """What the reply means: accept, defer or fail (this mail only), close (the relay hangs up), or sender_refused.

    A refusal of our own sender or sign-in would befall every mail, so it is no failure of this recipient.
    """
    if reply.code == 421:
        return "close"
    if reply.step == "end" and 200 <= reply.code < 300:
        return "accept"
    if 400 <= reply.code < 500:
        return "defer" if reply.step in ("rcpt", "data", "end") else "close"
    if reply.step in ("connect", "mail") or reply.code in (530, 535, 538):
        return "sender_refused"
    return "fail"


def hint_ja(code: str) -> str:
    """What a person can do about a trouble with the relay."""
    return HINTS_JA.get(code, HINTS_JA["relay_trouble"])


HINTS_JA = {
    "relay_unknown_host": (
        "中継サーバーの名前を調べられません。ホスト名の綴りと、このサーバーの DNS の設定を確かめてください。"
    ),
    "relay_refused": (
        "中継サーバーが接続を受け付けません。ホスト名とポート番号、間のファイアウォールを確かめてください。"
    ),
    "relay_timeout": "中継サーバーから時間内に応答がありません。ポート番号と間のファイアウォールを確かめてください。",
    "relay_closed": "中継サーバーが途中で接続を切りました。接続数や通数の制限がないか、管理者に確かめてください。",
    "relay_busy": "中継サーバーが一時的に受け付けません（421 又は 4xx）。しばらく待って再び試します。",
    "tls_not_offered": "中継サーバーが STARTTLS に対応していません。暗号化しない送信には自動では切り替えません。",
    "tls_certificate": (
        "中継サーバーの証明書を確かめられません。"
        "発行した認証局の証明書を「認証局の証明書」に登録したかを確かめてください。何も送っていません。"
    ),
    "tls_host_name": (
        "中継サーバーの証明書は、登録したホスト名のものではありません。"
        "ホスト名の綴りを確かめ、証明書に書かれた名前で登録してください。何も送っていません。"
    ),
    "tls_expired": (
        "中継サーバーの証明書の有効期限が切れています。"
        "中継サーバーの管理者と、このサーバーの時刻を確かめてください。何も送っていません。"
    ),
    "tls_failed": (
        "暗号化の開始に失敗しました。ポート番号と暗号化の方式（STARTTLS・最初から TLS）の組合せを確かめてください。"
    ),
    "auth_failed": "利用者名かパスワードが違います。何度も試すと、中継サーバーが利用者を止めることがあります。",
    "auth_not_offered": "中継サーバーが認証に対応していないか、暗号化していない接続では認証できません。",
    "relay_denied": (
        "中継サーバーが、このサーバーからの接続を断りました。接続を許すアドレスに入っているか、管理者に確かめてください。"
    ),
    "sender_refused": "差出人（エンベロープ）を中継サーバーが拒みました。使える差出人を管理者に確かめてください。",
    "too_many_failures": "続けて失敗したため、自動で止めました。中継サーバーの返答を確かめてから再開してください。",
    "clock_set_back": "時計が前に戻っています。サーバーの時刻を確かめてください。追い付くまで送信しません。",
    "approval_void": "承認した後に内容が変わっています。確かめて、もう一度承認を受けてください。",
    "domain_withdrawn": "承認した後にドメインの確認が取り消されました。もう一度承認を受けてください。",
    "relay_trouble": "中継サーバーとのやり取りで問題が起きました。返答を管理者に見せてください。",
}
