"""Is what a remembered builder puts back the same as what it built, files included?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from tests.builders import build_city, department, imported
from tests.remembered import full_tables, remembered

pytestmark = pytest.mark.django_db
BUILT: list[str] = []
NAME = "1/remembered.txt"


@remembered
def build_little(code: str) -> None:
    """A city of one department and a file."""
    build_city()
    imported("departments", [department(code)])
    storages["restricted"].save(NAME, ContentFile(b"kept"))
    BUILT.append(code)


def left_by(code: str) -> dict[str, object]:
    """The tables after the builder; nothing of it stays."""
    with transaction.atomic():
        build_little(code)
        found = dict(full_tables())
        transaction.set_rollback(True)
    return found


def test_the_second_time_the_same_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = left_by("101"), left_by("102")
    monkeypatch.setitem(os.environ, "KANSA_HOME", str(tmp_path))  # as a command in this process leaves it
    storages["restricted"].delete(NAME)
    assert (left_by("101"), left_by("102")) == (first, other)
    assert first != other
    assert BUILT == ["101", "102"]
    assert storages["restricted"].open(NAME).read() == b"kept"
    storages["restricted"].delete(NAME)
