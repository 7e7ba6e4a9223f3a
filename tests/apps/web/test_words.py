"""Are the pages Japanese first, whole in English, and never half and half by accident?"""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import allauth
import pytest
from django.test import Client
from django.utils import translation

from tests.apps.web.catalogues import LIBRARY_WORDS, ROOMS, catalogue, code_words, pairs, template_words

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

pytestmark = [pytest.mark.django_db]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_text_has_its_english(room: Path) -> None:
    known = pairs(catalogue(room, "po").read_text(encoding="utf-8"))
    wanted = template_words(room) | code_words(room)
    assert wanted
    assert {one for one in wanted if not known.get(one)} == set()
    assert set(known) - wanted == set()
    # 説明 and 要対応 are names of things that stay Japanese, as are the placeholders of a mail.
    left = {one for one in known.values() if JAPANESE.search(re.sub(r"説明|要対応|・|\{[^{}]+\}", "", one))}
    assert left == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_the_compiled_catalogue_is_the_written_one(room: Path) -> None:
    with catalogue(room, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = pairs(catalogue(room, "po").read_text(encoding="utf-8"))
    assert {one: compiled.gettext(one) for one in known} == known


def test_our_japanese_of_the_library_is_compiled_and_still_meant() -> None:
    """A text that the library no longer has would change nothing."""
    with LIBRARY_WORDS.with_suffix(".mo").open("rb") as file:
        ours = gettext.GNUTranslations(file)
    known = pairs(LIBRARY_WORDS.read_text(encoding="utf-8"))
    assert known and {one: ours.gettext(one) for one in known} == known
    with (Path(allauth.__file__).parent / "locale/ja/LC_MESSAGES/django.mo").open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    assert {one for one in known if theirs.gettext(one) == one and one != "WebAuthn"} == set()
    assert {one: translated(one) for one in known} == known


def translated(text: str) -> str:
    """A text as the pages say it in Japanese."""
    with translation.override("ja"):
        return str(translation.gettext(text))


def test_the_pages_are_japanese_whatever_the_browser_prefers(client: Client) -> None:
    answer = client.get("/", HTTP_ACCEPT_LANGUAGE="en-US,en;q=0.9")
    assert '<html lang="ja">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "ja"


def test_english_is_chosen_and_remembered(client: Client) -> None:
    first = client.get("/years/?lang=en")
    assert '<html lang="en">' in first.content.decode()
    assert "Fiscal years" in first.content.decode()
    assert "Fiscal years" in client.get("/templates/").content.decode()
    assert "年度の一覧" in client.get("/years/?lang=ja").content.decode()
    assert "年度の一覧" in client.get("/years/").content.decode()


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    answer = client.get("/?lang=xx")
    assert '<html lang="ja">' in answer.content.decode()
    assert "kansa_language" not in answer.cookies


@pytest.mark.usefixtures("town")
def test_the_report_stays_japanese(client: Client) -> None:
    page = client.get("/years/2024/report/?lang=en").content.decode()
    assert "Download" in page or "print, approve, publish" in page
    assert re.search(r'<article class="report[^"]*" lang="ja">', page)
    assert "情報セキュリティ外部監査" in page
