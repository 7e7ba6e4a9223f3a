"""Does a download hold the very bytes of the report, under a name that every PC can store?"""

from __future__ import annotations

import zipfile
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.test import Client

from kansa.apps.annual_report.queries import frozen_bytes
from kansa.apps.annual_report.views.downloads import CONTENT_TYPES, PURPOSES, disposition
from kansa.core.permission import import_verb
from kansa.document.render.html import style_hash
from kansa.document.report import FORMATS, read_report, render
from kansa.document.verify import read_bundle, verify
from kansa.formats.readers import READERS, SPECS
from tests.apps.web.town import freeze_with_unknown_character
from tests.cast import VIEWER, browser_of

pytestmark = [pytest.mark.django_db]


def name_of(header: str) -> tuple[str, str]:
    """The ASCII and the Japanese name that a Content-Disposition gives."""
    kind, plain, extended = (part.strip() for part in header.split(";"))
    assert kind == "attachment"
    assert header.isascii()
    prefix = "filename*=UTF-8''"
    assert extended.startswith(prefix)
    return plain.removeprefix("filename=").strip('"'), unquote(extended.removeprefix(prefix))


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("kind", FORMATS)
def test_each_form_is_the_report_of_its_version(client: Client, kind: str) -> None:
    answer = client.get(f"/years/2023/download/{kind}/")
    report = read_report(frozen_bytes(VIEWER, 2023), is_draft=False)
    assert answer.content == next(iter(render(report, [kind]).values()))
    assert answer.headers["Content-Type"] == CONTENT_TYPES[kind]
    expected = (f"kansa-report-2023.{kind}", f"情報セキュリティ監査実施報告書_令和５年度.{kind}")
    assert name_of(answer.headers["Content-Disposition"]) == expected


@pytest.mark.usefixtures("town")
def test_a_draft_is_called_a_draft(client: Client) -> None:
    answer = client.get("/years/2024/download/csv/?version=1")
    assert name_of(answer.headers["Content-Disposition"])[1] == "情報セキュリティ監査実施報告書_令和６年度_案.csv"


@pytest.mark.usefixtures("town")
def test_the_bundle_proves_itself(client: Client) -> None:
    answer = client.get("/years/2024/download/bundle/")
    assert answer.headers["Content-Type"] == "application/zip"
    names_given = name_of(answer.headers["Content-Disposition"])
    assert names_given == (
        "kansa-bundle-2024-internal.zip",
        "情報セキュリティ監査実施報告書_令和６年度_案_庁内用.zip",
    )
    names = zipfile.ZipFile(BytesIO(answer.content)).namelist()
    assert {f"kansa-report-2024.{kind}" for kind in FORMATS} < set(names)
    verdicts = verify(read_bundle(answer.content, "束.zip"), "0.1.0")
    assert verdicts
    assert [one for one in verdicts if not one.is_good] == []


@pytest.mark.usefixtures("town")
def test_the_html_file_may_use_its_own_style_and_nothing_else(client: Client) -> None:
    policy = client.get("/years/2024/download/html/").headers["Content-Security-Policy"]
    report = read_report(frozen_bytes(VIEWER, 2024), is_draft=True)
    assert policy == f"default-src 'none'; style-src {style_hash(report.document)}"


@pytest.mark.usefixtures("town")
def test_a_character_outside_the_fonts_is_named_with_a_way_on(client: Client) -> None:
    freeze_with_unknown_character()
    answer = client.get("/years/2024/download/pdf/")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "U+E000" in text
    assert "?substitute=1" in text
    assert client.get("/years/2024/report/").status_code == 200
    replaced = client.get("/years/2024/download/pdf/?substitute=1")
    assert replaced.status_code == 200
    assert replaced.content.startswith(b"%PDF")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("kind", list(SPECS))
def test_a_template_is_read_as_an_empty_file(client: Client, kind: str) -> None:
    person = client if import_verb(kind) == "import" else browser_of("administrator")
    answer = person.get(f"/templates/{kind}/")
    ascii_name, name_ja = name_of(answer.headers["Content-Disposition"])
    assert ascii_name == f"kansa-template-{kind}.xlsx"
    assert name_ja == f"取込様式_{SPECS[kind].title_ja}.xlsx"
    assert READERS[kind](answer.content, name_ja).records == ()


def test_every_template_says_what_it_is_for(client: Client) -> None:
    assert set(PURPOSES) == set(SPECS)
    page = client.get("/templates/").content.decode()
    listed = {kind for kind in SPECS if f"/templates/{kind}/" in page}
    assert listed == {kind for kind in SPECS if import_verb(kind) == "import"}


def test_a_title_that_windows_cannot_store_is_mended() -> None:
    header = disposition("x.pdf", 'a/b:c"d\r\n.pdf')
    assert name_of(header)[1] == "a_b_c_d__.pdf"
