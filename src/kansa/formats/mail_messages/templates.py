"""What does a mail for many people consist of, and which places of it differ from one to the other?

A place is written `{{name}}`. What is filled in is one line of text; in HTML it is escaped.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields

from kansa.core.errors import InputError, Place, Refusal

PLACEHOLDER = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
HEADER_NAME = re.compile(r"X-[A-Za-z0-9-]{1,60}")
TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+")
VALUE_BYTES = 300
LONGEST_SUBJECT = 200
LONGEST_FILE_NAME = 80  # three octets a character, three signs an octet, in one line of 998
LONGEST_BODY = 200_000
LARGEST_ATTACHMENT = 2_000_000
SHEET = "メール"

ATTACHMENT_KINDS = {
    "same": "全員に同じファイル",
    "text": "文字のファイルの中の {{ }} を置き換える",
    "zip": "Word・Excel などの中の {{ }} を置き換える",
    "own": "一人ずつ別のファイル（内容は宛先が持つ）",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file with the mail. `content_id`: shown inside the HTML as `cid:` and not listed as a file."""

    name: str
    content_type: str
    content: bytes = b""
    kind: str = "same"
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A mail with its places. `is_automatic` marks it, so that absence notes are not sent back to it."""

    subject_ja: str
    text_ja: str
    from_address: str
    html_ja: str = ""
    from_name_ja: str = ""
    to_name_ja: str = ""
    reply_to: str = ""
    is_automatic: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())


def placeholders_of(template: MailTemplate) -> frozenset[str]:
    """The names of all places, those inside text attachments included."""
    texts = [template.subject_ja, template.text_ja, template.html_ja, template.to_name_ja]
    texts += [one.content.decode("utf-8", "replace") for one in template.attachments if one.kind == "text"]
    return frozenset(name for text in texts for name in PLACEHOLDER.findall(text))


def check_template(template: MailTemplate, allowed: Collection[str] | None = None) -> None:
    """Raises InputError for what no mail may hold. `allowed`: the only places there may be."""
    faults = list(_faults(template))
    if allowed is not None:
        unknown = sorted(placeholders_of(template) - set(allowed))
        faults += [_fault("unknown_placeholder", f"「{{{{{name}}}}}」は使えない差込みです。") for name in unknown]
    if faults:
        raise InputError(*faults)


def _fault(code: str, reason_ja: str, column: str = "") -> Refusal:
    return Refusal(code, reason_ja, Place(sheet=SHEET, column=column))


def _faults(template: MailTemplate) -> Iterator[Refusal]:
    lines = {"件名": template.subject_ja, "差出人名": template.from_name_ja, "宛名": template.to_name_ja}
    for label, text in lines.items():
        if CONTROL.search(text):
            yield _fault("header_control", "改行や制御文字は入れられません。", label)
        if len(text) > LONGEST_SUBJECT:
            yield _fault("header_too_long", f"{LONGEST_SUBJECT}文字までにしてください。", label)
    if not template.subject_ja.strip():
        yield _fault("no_subject", "件名を入力してください。", "件名")
    if not template.text_ja.strip():
        yield _fault("no_text", "本文（文字だけの版）を入力してください。", "本文")
    if max(len(template.text_ja), len(template.html_ja)) > LONGEST_BODY:
        yield _fault("body_too_long", "本文が長すぎます。", "本文")
    if "\x00" in template.text_ja + template.html_ja:
        yield _fault("header_control", "本文に制御文字があります。", "本文")
    for name, value in template.headers:
        if not HEADER_NAME.fullmatch(name) or CONTROL.search(value) or len(value) > LONGEST_SUBJECT:
            yield _fault("header_name", "追加のヘッダーは X- で始まる名前と一行の値だけです。", "ヘッダー")
    for one in template.attachments:
        if one.kind not in ATTACHMENT_KINDS or not TYPE.fullmatch(one.content_type):
            yield _fault("attachment_kind", "添付ファイルの種類が正しくありません。", "添付ファイル")
        if not one.name or CONTROL.search(one.name + one.content_id) or len(one.name) > LONGEST_FILE_NAME:
            yield _fault("attachment_name", "添付ファイルの名前が正しくありません。", "添付ファイル")
        if len(one.content) > LARGEST_ATTACHMENT:
            yield _fault("attachment_too_large", "添付ファイルが大きすぎます（2MBまで）。", "添付ファイル")


def check_values(names: Collection[str], values: Mapping[str, str], place: Place) -> list[Refusal]:
    """What is wrong with one recipient's values for these places; empty when they can be filled in."""
    faults = []
    for name in sorted(names):
        value = values.get(name)
        if value is None:
            faults.append(Refusal("value_missing", f"差込み「{name}」の値がありません。", place))
        elif CONTROL.search(value):
            faults.append(Refusal("value_control", f"差込み「{name}」に改行や制御文字があります。", place))
        elif len(value.encode("utf-8", "replace")) > VALUE_BYTES:
            faults.append(Refusal("value_too_long", f"差込み「{name}」が長すぎます（100文字程度まで）。", place))
    return faults


def template_to_json(template: MailTemplate) -> dict[str, object]:
    """The template as plain data that JSON can hold."""
    data = asdict(template)
    data["headers"] = [list(one) for one in template.headers]
    data["attachments"] = [
        asdict(one) | {"content": base64.b64encode(one.content).decode("ascii")} for one in template.attachments
    ]
    return data


def template_from_json(data: Mapping[str, object]) -> MailTemplate:
    """The template that `template_to_json` wrote."""
    known = {one.name for one in fields(MailTemplate)}
    plain = {name: value for name, value in data.items() if name in known and name not in ("headers", "attachments")}
    headers, files = data.get("headers") or [], data.get("attachments") or []
    if not isinstance(headers, list) or not isinstance(files, list):
        raise ValueError("no stored template")
    attachments = tuple(Attachment(**(one | {"content": base64.b64decode(one["content"])})) for one in files)
    pairs = tuple((str(name), str(value)) for name, value in headers)
    return MailTemplate(**plain, headers=pairs, attachments=attachments)  # type: ignore[arg-type]
