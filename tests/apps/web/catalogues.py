"""Where are the texts of the screens and their English, room by room?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.source import SRC

APPS = sorted(path.parent for path in (SRC / "kansa/apps").glob("*/templates"))
ROOMS = (SRC / "kansa/config", *APPS)
LIBRARY_WORDS = SRC / "kansa/config/locale/ja/LC_MESSAGES/django.po"  # our Japanese for texts of django-allauth
TRANSLATE = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
BLOCK = re.compile(r"{%\s*blocktranslate trimmed[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
CALLS = {"_", "gettext", "gettext_lazy"}


def catalogue(room: Path, kind: str) -> Path:
    """The English catalogue of a room, as text (po) or compiled (mo)."""
    return room / f"locale/en/LC_MESSAGES/django.{kind}"


def template_words(room: Path) -> set[str]:
    """Every translatable text of the templates."""
    found = set()
    for path in (room / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {double or single for double, single in TRANSLATE.findall(text)}
        blocks = (" ".join(part.split()) for part in BLOCK.findall(text))
        found |= {re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block) for block in blocks}
    return found


def code_words(room: Path) -> set[str]:
    """Every translatable text of the modules."""
    found = set()
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                found |= {
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found


def pairs(text: str) -> dict[str, str]:
    """Original -> translation of a po file without line breaks inside a message."""
    found = re.findall(r'^msgid "(.*)"\nmsgstr "(.*)"$', text, re.MULTILINE)
    return {one.replace('\\"', '"'): other.replace('\\"', '"') for one, other in found if one}
