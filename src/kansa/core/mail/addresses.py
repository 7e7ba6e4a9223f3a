"""Is this address one of our own, beyond any doubt?

The strictest reading wins: whatever a mail server somewhere could read as another place is refused, even where the
standard allows it. An address is ours only when its domain is, letter by letter, one of the verified domains.
Source: RFC 5321 §4.1.2, §4.5.3.1; RFC 5322 §3.4.1; RFC 6531 (refused here); RFC 5890 (A-labels, refused here).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from kansa.core.errors import InputError, Place, Refusal

LONGEST_ADDRESS = 254
LONGEST_LOCAL = 64
LONGEST_LABEL = 63
FULL_WIDTH_ATS = frozenset("\uff20\ufe6b")
FULL_WIDTH = re.compile("[\uff01-\uff5e\u3002\uff0e\uff61]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad]")
SPACE = re.compile(r"\s")
LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+'=~&#/-]*")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")

REASONS_JA = {
    "address_empty": "メールアドレスがありません。",
    "address_control": "メールアドレスに改行や見えない文字（制御文字）があります。",
    "address_space": "メールアドレスに空白があります。",
    "address_fullwidth_at": "メールアドレスの「＠」が全角です。半角の @ で入力してください。",
    "address_fullwidth": "メールアドレスに全角の文字があります。半角で入力してください。",
    "address_too_long": "メールアドレスが長すぎます。",
    "address_no_at": "メールアドレスに @ がありません。",
    "address_many_ats": "メールアドレスに @ が二つ以上あります。",
    "address_route": "経路を指定したメールアドレス（@a,@b:c@d）は使えません。",
    "address_quoted": "引用符や \\ のあるメールアドレスは使えません。",
    "address_comment": "括弧（注釈）のあるメールアドレスは使えません。",
    "address_percent": "% で転送先を指定したメールアドレスは使えません。",
    "address_bang": "! で経路を指定したメールアドレスは使えません。",
    "address_special": "メールアドレスに使えない記号（< > , ; : など）があります。",
    "local_utf8": "@ の前に半角英数字でない文字があります。",
    "local_empty": "@ の前がありません。",
    "local_too_long": "@ の前が64文字を超えています。",
    "local_dots": "@ の前の「.」の位置が正しくありません（先頭、末尾、連続）。",
    "local_character": "@ の前に使えない記号があります。",
    "domain_empty": "@ の後（ドメイン）がありません。",
    "domain_lookalike": "ドメインに半角英数字でない文字があります。似た文字で別の宛先に見せている疑いがあります。",
    "domain_trailing_dot": "ドメインが「.」で終わっています。",
    "domain_dots": "ドメインの「.」の位置が正しくありません（先頭、連続）。",
    "domain_literal": "IPアドレスを宛先にすることはできません。",
    "domain_punycode": "国際化ドメイン（xn--）は、似た文字で別の宛先に見せられるため使えません。",
    "domain_single": "ドメインに「.」がありません。",
    "domain_character": "ドメインに使えない文字があります。",
    "domain_too_long": "ドメインが長すぎます。",
    "subdomain_not_listed": "確認済みのドメインの下にありますが、このサブドメインは登録されていません。",
    "domain_not_ours": "確認済みのドメインではありません。送信できるのは、自団体のドメインだけです。",
}


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address that passed: the part before the @ as it was written, the domain in small letters."""

    local: str
    domain: str

    @property
    def text(self) -> str:
        """local@domain, as it is handed to the relay."""
        return f"{self.local}@{self.domain}"


def refusal_of_address(text: str) -> str:
    """The code for which this is no address at all (see REASONS_JA); "" when its form is beyond doubt."""
    if not text:
        return "address_empty"
    first = _refusal_of_characters(text)
    if first:
        return first
    if len(text) > LONGEST_ADDRESS:
        return "address_too_long"
    if text.startswith("@"):
        return "address_route" if text.count("@") > 1 else "local_empty"
    for sign, code in (('"', "address_quoted"), ("\\", "address_quoted"), ("(", "address_comment")):
        if sign in text:
            return code
    for sign, code in ((")", "address_comment"), ("%", "address_percent"), ("!", "address_bang")):
        if sign in text:
            return code
    if "@" not in text:
        return "address_no_at"
    if text.count("@") > 1:
        return "address_many_ats"
    local, _, domain = text.partition("@")
    if domain.startswith("[") or domain.endswith("]"):
        return "domain_literal"
    if any(sign in text for sign in "<>,;:[]"):
        return "address_special"
    return _refusal_of_local(local) or refusal_of_domain(domain)


def _refusal_of_characters(text: str) -> str:
    if CONTROL.search(text):
        return "address_control"
    if SPACE.search(text):
        return "address_space"
    if any(sign in text for sign in FULL_WIDTH_ATS):
        return "address_fullwidth_at"
    if FULL_WIDTH.search(text):
        return "address_fullwidth"
    if not text.isascii():
        local = text.partition("@")[0]
        return "domain_lookalike" if local.isascii() else "local_utf8"
    return ""


def _refusal_of_local(local: str) -> str:
    if not local:
        return "local_empty"
    if len(local) > LONGEST_LOCAL:
        return "local_too_long"
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return "local_dots"
    return "" if LOCAL.fullmatch(local) else "local_character"


def refusal_of_domain(domain: str) -> str:
    """The code for which this is no domain we would ever send to; "" when its form is beyond doubt."""
    if not domain:
        return "domain_empty"
    if CONTROL.search(domain):
        return "address_control"
    if not domain.isascii():
        return "address_fullwidth" if FULL_WIDTH.search(domain) else "domain_lookalike"
    lowered = domain.lower()
    if len(lowered) > LONGEST_ADDRESS - 2:
        return "domain_too_long"
    if lowered.endswith("."):
        return "domain_trailing_dot"
    labels = lowered.split(".")
    if "" in labels:
        return "domain_dots"
    if any(label.startswith("xn--") for label in labels):
        return "domain_punycode"
    if any(len(label) > LONGEST_LABEL for label in labels):
        return "domain_too_long"
    if not all(LABEL.fullmatch(label) for label in labels):
        return "domain_character"
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        return "domain_literal"
    return "" if len(labels) > 1 else "domain_single"


def mail_address(text: str, domains: Collection[str], place: Place | None = None) -> MailAddress:
    """The address, when its domain is exactly one of `domains` (small letters). Raises InputError.

    >>> mail_address("Taro@CITY.example.jp", {"city.example.jp"}).text
    'Taro@city.example.jp'
    """
    code = refusal_of_address(text)
    if not code:
        local, _, domain = text.partition("@")
        lowered = domain.lower()
        if lowered in domains:
            return MailAddress(local, lowered)
        is_below = any(lowered.endswith(f".{one}") for one in domains)
        code = "subdomain_not_listed" if is_below else "domain_not_ours"
    raise InputError(Refusal(code, REASONS_JA[code], place or Place()))


def mail_domain(text: str, place: Place | None = None) -> str:
    """A domain in small letters, fit to be verified. Raises InputError.

    >>> mail_domain("City.Example.JP")
    'city.example.jp'
    """
    code = "address_space" if SPACE.search(text) else refusal_of_domain(text)
    if code:
        raise InputError(Refusal(code, REASONS_JA[code], place or Place()))
    return text.lower()
