"""May this Word file be a template of that kind, and what does it say when its fields are filled?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from itertools import islice

from docx.opc.oxml import serialize_part_xml

from kansa.core.errors import InputError, Refusal
from kansa.document.letters.closing import closed
from kansa.document.letters.kinds import KINDS, LetterKind
from kansa.document.letters.marks import marks, put_values, value_text
from kansa.document.letters.measure import NESTED_TABLES, nesting, too_long, too_nested
from kansa.document.letters.opening import Element, W, open_word
from kansa.document.letters.places import paragraphs, printed_parts
from kansa.document.letters.rows import groups, list_name_of, repeat, row_lists, row_of
from kansa.document.letters.unshown import active_fields, unshown

REFUSALS_SHOWN = 50
FIELDS = 5_000  # in one template
ROWS = 5_000  # repeated rows in one letter; a checklist has about 300
CHARACTERS = 5_000_000  # of values in one letter


@dataclass(frozen=True, slots=True)
class TemplateCheck:
    """What a look at a template found: why it may not be used, what to know, which fields it uses."""

    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...] = ()
    fields_used: tuple[str, ...] = ()


@dataclass(slots=True)
class _Look:
    """What is being found in a template."""

    kind: LetterKind
    refusals: dict[Refusal, None] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    count: int = 0

    def refused(self, code: str, reason_ja: str) -> None:
        self.refusals[Refusal(code, reason_ja)] = None


def check_template(kind: str, data: bytes) -> TemplateCheck:
    """Refusals, warnings and the fields of an uploaded template; only KeyError for an unknown kind is raised."""
    known = KINDS[kind]
    try:
        word = open_word(data)
        roots = {name: (word.tree(name), name_ja) for name, name_ja in printed_parts(word)}
        look = _looked(known, roots)
        warnings = tuple(unshown(word, {name_ja: root for root, name_ja in roots.values()}))
    except InputError as error:
        return TemplateCheck(error.refusals)
    if not look.used and not look.refusals:
        warnings = ("項目（{{ 宛先 }} など）が一つもありません。どの通知も同じ文面になります。", *warnings)
    return TemplateCheck(tuple(islice(look.refusals, REFUSALS_SHOWN)), warnings, tuple(look.used))


def _looked(kind: LetterKind, roots: Mapping[str, tuple[Element, str]]) -> _Look:
    look = _Look(kind)
    for root, name_ja in roots.values():
        for name in active_fields(root):
            words = f"{name_ja}に、外部を読み込む Word のフィールド（{name}）があります。取り除いてください。"
            look.refused("template_active_field", words)
        if nesting(root) > NESTED_TABLES:
            look.refusals[too_nested(name_ja)] = None
        for paragraph, place in paragraphs(root, name_ja):
            _look_at_paragraph(look, paragraph, place)
        _look_at_rows(look, root, name_ja)
    if look.count > FIELDS:
        look.refused("template_too_many_fields", f"項目が多すぎます（{FIELDS:,}か所まで）。")
    return look


def _look_at_paragraph(look: _Look, paragraph: Element, place: str) -> None:
    found, is_stray = marks(paragraph)
    look.count += len(found)
    if is_stray:
        words = f"{place}：「{{{{」と「}}}}」が対になっていません。一つの段落の中に {{{{ 項目名 }}}} と書いてください。"
        look.refused("template_open_field", words)
    for mark in found:
        if mark.name not in look.kind.all_names:
            look.refused("template_unknown_field", f"{place}：{_unknown(look.kind, mark.name)}")
            continue
        look.used[mark.name] = None
        if list_name_of(mark.name) and row_of(paragraph) is None:
            words = f"{place}：一覧の項目「{mark.name}」は、表の行の中に書いてください。その行が件数分繰り返されます。"
            look.refused("template_list_outside_row", words)


def _unknown(kind: LetterKind, name: str) -> str:
    if not name:
        return "項目名のない {{ }} があります。項目名を書くか、取り除いてください。"
    near = _near(name, kind.all_names) if len(name) <= 60 else []
    shown = name if len(name) <= 60 else f"{name[:60]}…"
    hint = f"「{'」「'.join(near)}」ではありませんか。" if near else "手引の項目の一覧にある名前を使ってください。"
    return f"「{shown}」は{kind.title_ja}の項目にありません。{hint}"


def _near(name: str, offered: Sequence[str]) -> list[str]:
    """The most similar names that share at least half of their letters; 宛名 and 宛先 are near."""
    best = get_close_matches(name, offered, n=3, cutoff=0)
    return [one for one in best if 2 * len(set(one) & set(name)) >= min(len(one), len(name))]


def _look_at_rows(look: _Look, root: Element, name_ja: str) -> None:
    rows = row_lists(root)
    for row, names in rows.items():
        if len(names) > 1:
            words = f"{name_ja}の表の一行に、別の一覧（{'、'.join(names)}）の項目があります。行を分けてください。"
            look.refused("template_mixed_lists", words)
        if any(outer in rows for outer in row.iterancestors(f"{W}tr")):
            names_ja = "、".join(names)
            words = f"{name_ja}で、繰り返す行の中の表に一覧（{names_ja}）の項目があります。外の行に書いてください。"
            look.refused("template_nested_list", words)


class _Values:
    """The values of one letter, each made fit for Word once; keeps count of what is placed."""

    def __init__(self, kind: LetterKind, values: Mapping[str, str]) -> None:
        self.texts = {name: value_text(name, value) for name, value in values.items()}
        self.kind = kind
        self.left = CHARACTERS
        self.rows = ROWS

    def fill(self, list_name: str, paragraph: Element, element: Mapping[str, str]) -> None:
        """Fills a paragraph; inside a repeated row, with the fields of one element of the list too."""
        put_values(paragraph, self._reader(list_name, element))

    def _reader(self, list_name: str, element: Mapping[str, str]) -> Callable[[str], str]:
        def value_of(name: str) -> str:
            inner = name.removeprefix(f"{list_name}.") if list_name else name
            text = self.texts[name] if inner == name else value_text(name, element[inner])
            self.left -= len(text)
            if self.left < 0:
                raise InputError(too_long())
            return text

        return value_of

    def take_rows(self, count: int) -> None:
        self.rows -= count
        if self.rows < 0:
            raise InputError(too_long())


def fill(
    kind: str, template: bytes, values: Mapping[str, str], lists: Mapping[str, Sequence[Mapping[str, str]]]
) -> bytes:
    """The template with its fields filled, as .docx; the same bytes for the same input.

    Every field and list the kind offers needs its value ("" and () are values). Raises ValueError for one that is
    missing or unknown, InputError for a template that check_template refuses and for values no Word file can hold.
    """
    known = KINDS[kind]
    _require(known, values, lists)
    word = open_word(template)
    roots = {name: (word.tree(name), name_ja) for name, name_ja in printed_parts(word)}
    look = _looked(known, roots)
    if look.refusals:
        raise InputError(*islice(look.refusals, REFUSALS_SHOWN))
    writer = _Values(known, values)
    for root, _ in roots.values():
        _fill_part(root, writer, lists)
    changed = {name: serialize_part_xml(root) for name, (root, _) in roots.items()}
    return closed(word, changed, known.title_ja, values["市区町村"])


def _fill_part(root: Element, writer: _Values, lists: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    found = list(groups(root))
    repeated = {row for group in found for row in group.rows}
    for paragraph in list(root.iter(f"{W}p")):
        if not any(row in repeated for row in paragraph.iterancestors(f"{W}tr")):
            writer.fill("", paragraph, {})
    for group in found:
        elements = lists[group.list_name]
        writer.take_rows(len(elements) * len(group.rows))
        repeat(group, elements, partial(writer.fill, group.list_name))


def _require(kind: LetterKind, values: Mapping[str, str], lists: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Raises ValueError when a value the kind offers is missing, or one is given that it does not offer."""
    wrong = list(_differences("", kind.field_names, values))
    wrong += _differences("", [one.name for one in kind.lists], lists)
    for one in kind.lists:
        for element in lists.get(one.name, ()):
            wrong += _differences(f"{one.name}.", one.field_names, element)
    if wrong:
        raise ValueError(f"{kind.id}: values missing or unknown: {'、'.join(dict.fromkeys(wrong))}")


def _differences(prefix: str, offered: Sequence[str], given: Mapping[str, object]) -> Iterator[str]:
    yield from (prefix + name for name in offered if name not in given)
    yield from (prefix + name for name in given if name not in offered)


__all__ = ["TemplateCheck", "check_template", "fill"]
