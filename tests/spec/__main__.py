"""Writes docs/spec from the worked examples: `python -m tests.spec`."""

from __future__ import annotations

from tests.spec.printing import TARGET, printed_pages

TARGET.mkdir(parents=True, exist_ok=True)
wanted = printed_pages()
for stray in TARGET.glob("*.md"):
    if stray.name not in wanted:
        stray.unlink()
for name, text in wanted.items():
    (TARGET / name).write_text(text, encoding="utf-8", newline="\n")
