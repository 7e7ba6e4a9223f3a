"""What does a training mail say, and is it one that may be sent to staff?

A text is structured: subject, sender's name, blocks of plain words. It holds no HTML, so no form, script, picture or
foreign address can stand in it; whoever renders it makes the only link there is. Own texts may hold the listed
placeholders and nothing else in braces, name no host outside the reserved example names (RFC 2606), and may not ask
for an answer with a secret in it. Each cue that the reveal page explains is quoted from the text.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.mail_drill.phish_scale import CUES

KINDS_JA = {"link": "リンク型", "attachment": "添付ファイル型", "qr": "二次元コード型"}
KINDS = tuple(KINDS_JA)
ATTACHMENTS_JA = {"docx": "Word文書（.docx）", "xlsx": "Excelブック（.xlsx）", "html": "HTMLファイル（.html）"}
PLACEHOLDERS_JA = {
    "氏名": "受信者の氏名",
    "所属": "受信者の所属名",
    "職名": "受信者の職名",
    "送信日": "送信する日（例 10月15日）",
    "年度": "年度（例 令和7年度）",
}
BLOCKS_JA = {
    "paragraph": "段落",
    "heading": "見出し",
    "item": "箇条書き",
    "rule": "区切り線",
    "link": "リンク・二次元コード",
}
_HEADING, _ITEM, _LINK, _RULE = "■", "・", "→", "----"
_BRACES = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_RESERVED = {"example", "invalid", "test"}
_FILE_ENDINGS = {"docx", "xlsx", "pptx", "pdf", "html", "csv", "txt"}
_SECRET = re.compile(r"パスワード|暗証番号|個人番号|マイナンバー|口座番号|カード番号")
_ANSWER = re.compile(r"返信|ご?回答|ご?記入|お知らせください|送ってください|ご?連絡ください")
MOST_CHARACTERS = 4000
MOST_LINE = 200


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the body. `text` of a link is what the reader sees; where it leads is not the text's affair."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """手掛かり: what gives the mail away, quoted from it, explained on the reveal page."""

    code: str
    quote_ja: str
    explanation_ja: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """訓練メールの文案. `months` says when it fits; empty for all the year round."""

    code: str
    title_ja: str
    kind: str
    sender_name_ja: str
    subject_ja: str
    blocks: tuple[Block, ...]
    cues: tuple[Cue, ...]
    lesson_ja: str
    months: tuple[int, ...] = ()
    attachment: str = ""  # ending of the attached document
    attachment_name_ja: str = ""
    attachment_text_ja: str = ""  # what the document says beside its picture and link
    premise: tuple[int, ...] = field(default=(0, 0, 0, 0, 0))  # the author's own rating

    @property
    def sha256(self) -> str:
        """Says which text it is."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()

    @property
    def words(self) -> list[str]:
        """Everything that a reader sees, in order."""
        return [self.sender_name_ja, self.subject_ja, *(block.text for block in self.blocks), self.attachment_name_ja]


def parse_body(text: str) -> tuple[Block, ...]:
    """Blocks from what is typed: blank lines part paragraphs; ■ heading, ・ item, → link, ---- line."""
    blocks: list[Block] = []
    lines: list[str] = []

    def paragraph() -> None:
        if lines:
            blocks.append(Block("paragraph", "\n".join(lines)))
            lines.clear()

    for line in (raw.strip() for raw in text.splitlines()):
        kind = next((kind for mark, kind in _MARKS.items() if line.startswith(mark)), "")
        if not line or kind:
            paragraph()
        if kind == "rule":
            blocks.append(Block("rule"))
        elif kind:
            blocks.append(Block(kind, line[1:].strip()))
        elif line:
            lines.append(line)
    paragraph()
    return tuple(blocks)


_MARKS = {_RULE: "rule", _HEADING: "heading", _ITEM: "item", _LINK: "link"}
_SIGNS = {"heading": _HEADING, "item": _ITEM, "link": _LINK}


def typed_body(blocks: tuple[Block, ...]) -> str:
    """What would be typed for these blocks; `parse_body` gives them again."""
    parts = [_RULE if one.kind == "rule" else f"{_SIGNS.get(one.kind, '')}{one.text}" for one in blocks]
    return "\n\n".join(parts)


def faults(scenario: Scenario) -> Iterator[Refusal]:
    """Why a text may not be used; nothing when it may."""
    for column_ja, text in _single_lines(scenario):
        if not text.strip():
            yield _refusal("blank_text", f"{column_ja}を入力してください。", column_ja)
        if len(text) > MOST_LINE or any(unicodedata.category(one) in ("Cc", "Zl", "Zp") for one in text):
            yield _refusal("bad_line", f"{column_ja}は{MOST_LINE}字以内の一行にしてください。", column_ja)
    if scenario.kind not in KINDS:
        yield _refusal("bad_kind", "リンク型・添付ファイル型・二次元コード型のいずれかを選んでください。", "型")
    links = sum(block.kind == "link" for block in scenario.blocks)
    if links != (scenario.kind != "attachment"):
        wanted = (
            "本文にリンクを置かないでください"
            if scenario.kind == "attachment"
            else "本文に「→」の行を一つ置いてください"
        )
        yield _refusal("bad_link_count", f"{KINDS_JA.get(scenario.kind, 'この型')}の文案は、{wanted}。", "本文")
    if scenario.kind == "attachment" and scenario.attachment not in ATTACHMENTS_JA:
        yield _refusal("bad_attachment", "添付するファイルの種類を選んでください。", "添付ファイル")
    if sum(len(block.text) for block in scenario.blocks) > MOST_CHARACTERS:
        yield _refusal("long_text", f"本文は{MOST_CHARACTERS:,}字以内にしてください。", "本文")
    for column_ja, text in (*_single_lines(scenario), *(("本文", block.text) for block in scenario.blocks)):
        yield from _text_faults(column_ja, text)
    yield from _text_faults("添付ファイルの本文", scenario.attachment_text_ja)
    yield from _cue_faults(scenario)


def _single_lines(scenario: Scenario) -> list[tuple[str, str]]:
    lines = [
        ("題名", scenario.title_ja),
        ("差出人の表示名", scenario.sender_name_ja),
        ("件名", scenario.subject_ja),
    ]
    if scenario.kind == "attachment":
        lines.append(("添付ファイル名", scenario.attachment_name_ja))
    return lines


def _text_faults(column_ja: str, text: str) -> Iterator[Refusal]:
    if any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co") and one != "\n" for one in text):
        yield _refusal("control_character", "見えない文字（制御文字など）は使えません。", column_ja)
    for match in _BRACES.finditer(text):
        if match[0] != f"{{{match[1]}}}" or match[1] not in PLACEHOLDERS_JA:
            allowed = "、".join(f"{{{name}}}" for name in PLACEHOLDERS_JA)
            reason = f"差込み「{match[0][:20]}」は使えません。使えるのは {allowed} です。"
            yield _refusal("bad_placeholder", reason, column_ja)
    if re.search(r"[{}｛｝]", _BRACES.sub("", text)):
        yield _refusal("lone_brace", "波括弧は差込みにだけ使えます。", column_ja)
    folded = unicodedata.normalize("NFKC", text)
    if "://" in folded or any(_is_foreign(match[0]) for match in _HOST.finditer(folded)):
        reason = "文面に実在し得るアドレスは書けません。必要なときは「○○.example」の形にしてください。"
        yield _refusal("foreign_address", reason, column_ja)
    if _SECRET.search(folded) and _ANSWER.search(folded):
        reason = "秘密の情報を書いて返信させる文面は使えません。訓練では秘密の情報を一切集めません。"
        yield _refusal("asks_for_secret", reason, column_ja)


def _is_foreign(host: str) -> bool:
    last = host.rpartition(".")[2].lower()
    return last not in _RESERVED | _FILE_ENDINGS and not last.isdigit()


def _cue_faults(scenario: Scenario) -> Iterator[Refusal]:
    if not scenario.cues:
        reason = "見分ける手掛かりを一つ以上入れてください。種明かしのページで説明します。"
        yield _refusal("no_cues", reason, "手掛かり")
    for cue in scenario.cues:
        if cue.code not in CUES:
            yield _refusal("unknown_cue", "手掛かりの種類を一覧から選んでください。", "手掛かり")
        if not cue.explanation_ja.strip():
            yield _refusal("blank_text", "手掛かりの説明を入力してください。", "手掛かり")
        if cue.quote_ja and not any(cue.quote_ja in text for text in scenario.words):
            reason = f"手掛かり「{cue.quote_ja[:30]}」は、差出人・件名・本文のどこにもありません。"
            yield _refusal("quote_not_found", reason, "手掛かり")


def _refusal(code: str, reason_ja: str, column_ja: str) -> Refusal:
    return Refusal(code, reason_ja, Place(column=column_ja))


def check(scenario: Scenario) -> Scenario:
    """The same text. Raises InputError with everything that forbids its use."""
    found = tuple(faults(scenario))
    if found:
        raise InputError(*found)
    return scenario


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced. A value is never read for placeholders again.

    >>> filled("{氏名}様", {"氏名": "{所属}太郎"})
    '{所属}太郎様'
    """
    return _BRACES.sub(lambda match: values[match[1]], text)


def to_json(scenario: Scenario) -> str:
    """The canonical text of a scenario, as it is stored and signed."""
    return json.dumps(asdict(scenario), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Scenario:
    """The scenario of `to_json`."""
    data = json.loads(text)
    data["blocks"] = tuple(Block(**block) for block in data["blocks"])
    data["cues"] = tuple(Cue(**cue) for cue in data["cues"])
    data["months"], data["premise"] = tuple(data["months"]), tuple(data["premise"])
    return Scenario(**data)
