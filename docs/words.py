"""Which texts of the screens have no English yet? Brings the catalogues up to date and compiles them.

`python -m docs.words` adds new texts with an empty translation, drops texts that are gone, and writes the compiled
catalogues (needs gettext's msgfmt). What is still empty is listed, and a test refuses it. Our Japanese for texts of
django-allauth that its own Japanese says otherwise is written by hand and compiled too.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.apps.web.catalogues import LIBRARY_WORDS, ROOMS, catalogue, code_words, pairs, template_words


def quoted(text: str) -> str:
    """A text as a po file writes it."""
    return text.replace('"', '\\"')


def compiled(path: Path) -> None:
    """Writes the compiled catalogue beside the written one."""
    subprocess.run(["msgfmt", "--output-file", str(path.with_suffix(".mo")), str(path)], check=True)


def main() -> None:
    """Every room of the screens."""
    compiled(LIBRARY_WORDS)
    for room in ROOMS:
        path: Path = catalogue(room, "po")
        path.parent.mkdir(parents=True, exist_ok=True)
        known = pairs(path.read_text(encoding="utf-8")) if path.exists() else {}
        wanted = template_words(room) | code_words(room)
        kept = [one for one in known if one in wanted]
        head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: en\\n"\n'
        entries = [
            f'msgid "{quoted(one)}"\nmsgstr "{quoted(known.get(one, ""))}"\n'
            for one in [*kept, *sorted(wanted - set(kept))]
        ]
        path.write_text("\n".join([head, *entries]), encoding="utf-8")
        compiled(path)
        for one in sorted(wanted):
            if not known.get(one):
                print(f"{room.name}: {one}")


if __name__ == "__main__":
    main()
