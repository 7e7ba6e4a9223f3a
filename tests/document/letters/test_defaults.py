"""Would a general-affairs section send out the letters that come with the software?"""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdfium2
import pytest
from openxml_audit import OpenXmlValidator

from kansa.core.advisory import find_assurance_wording
from kansa.document.letters.defaults import BUILDERS, default_template, sample_lists, sample_values
from kansa.document.letters.kinds import KINDS
from kansa.document.letters.pdf import letter_pdf
from kansa.document.letters.rows import NONE_JA
from kansa.document.letters.template import check_template, fill
from tests.document.extract import squeezed
from tests.document.letters.word import lines, part

ALL = sorted(KINDS)


def sample(kind: str) -> bytes:
    """The default letter with sample values."""
    return fill(kind, default_template(kind), sample_values(kind), sample_lists(kind))


def words_of(data: bytes) -> str:
    """Every word of body and footer, without white space."""
    return squeezed("".join(lines(part(data))))


def pdf_words(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return squeezed("".join(page.get_textpage().get_text_range() for page in document))


def test_the_kinds_have_their_ids_titles_and_templates() -> None:
    titles = {
        "engagement_plan": "監査実施計画書",
        "notice": "監査実施通知書",
        "checklist": "監査チェックリスト",
        "working_paper": "監査調書",
        "result_notice": "監査結果通知書",
        "improvement_plan": "改善計画書",
        "follow_up": "フォローアップ記録",
        "rollout_notice": "水平展開通知",
        "training_record": "監査員研修記録",
        "medium_term_plan": "監査中期計画書",
        "annual_plan": "年度監査計画書",
    }
    assert {key: kind.title_ja for key, kind in KINDS.items()} == titles
    assert set(BUILDERS) == set(KINDS)


@pytest.mark.parametrize("kind", ALL)
def test_fields_have_names_that_can_be_typed_and_a_meaning(kind: str) -> None:
    names = KINDS[kind].all_names
    assert len(set(names)) == len(names)
    for name in names:
        assert unicodedata.normalize("NFKC", name) == name
        assert not set(name) & set("{}｛｝ 　")
    for field in (*KINDS[kind].fields, *(field for one in KINDS[kind].lists for field in one.fields)):
        assert field.meaning_ja
        assert "." not in field.name


@pytest.mark.parametrize("kind", ALL)
def test_a_template_is_taken_by_its_own_check(kind: str) -> None:
    found = check_template(kind, default_template(kind))
    assert (found.refusals, found.warnings) == ((), ())
    assert found.fields_used


@pytest.mark.parametrize("kind", ALL)
def test_a_template_is_the_same_every_time(kind: str) -> None:
    title = KINDS[kind].title_ja
    assert BUILDERS[kind]().bytes(title) == BUILDERS[kind]().bytes(title) == default_template(kind)


@pytest.mark.parametrize("kind", ALL)
def test_word_opens_template_and_letter(kind: str, tmp_path: Path) -> None:
    for name, data in (("template", default_template(kind)), ("letter", sample(kind))):
        path = tmp_path / f"{name}.docx"
        path.write_bytes(data)
        assert not OpenXmlValidator().validate(path).errors
        assert docx.Document(str(path)).paragraphs
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                ElementTree.fromstring(archive.read(entry))


@pytest.mark.parametrize("kind", ALL)
def test_word_and_pdf_say_the_same(kind: str) -> None:
    letter = sample(kind)
    assert "{" not in words_of(letter)
    printed = pdf_words(letter_pdf(letter, KINDS[kind].title_ja, "みほん市"))
    # Repeated head rows and page numbers are printed besides; reading order inside a table is the extractor's.
    missing = [line for line in lines(part(letter)) if squeezed(line) and squeezed(line.split("\t")[0]) not in printed]
    assert missing == []
    assert not set(words_of(letter)) - set(printed)


@pytest.mark.parametrize("kind", ALL)
def test_nothing_reads_like_assurance(kind: str) -> None:
    for data in (default_template(kind), sample(kind)):
        assert find_assurance_wording("\n".join(lines(part(data)))) == []


@pytest.mark.parametrize("kind", ALL)
def test_empty_lists_and_empty_values_still_make_a_letter(kind: str) -> None:
    values = dict.fromkeys(KINDS[kind].field_names, "")
    empty = fill(kind, default_template(kind), values, {one.name: () for one in KINDS[kind].lists})
    used = {name.partition(".")[0] for name in check_template(kind, default_template(kind)).fields_used if "." in name}
    assert words_of(empty).count(NONE_JA) == len(used)
    with pypdfium2.PdfDocument(letter_pdf(empty, KINDS[kind].title_ja, "みほん市")) as document:
        assert len(document) >= 1


@pytest.mark.parametrize("kind", ALL)
def test_forms_lie_and_letters_stand_on_a4(kind: str) -> None:
    with pypdfium2.PdfDocument(letter_pdf(sample(kind), "題", "市")) as document:
        sizes = {(int(page.get_width()), int(page.get_height())) for page in document}
    assert sizes == {(841, 595) if kind in ("checklist", "working_paper") else (595, 841)}


@pytest.mark.parametrize("kind", ["notice", "result_notice", "rollout_notice"])
def test_a_letter_has_the_parts_of_an_official_letter_in_their_order(kind: str) -> None:
    values = sample_values(kind)
    said = lines(part(sample(kind)))
    title = next(line for line in said if line.endswith("について（通知）"))
    order = [values["文書番号"], values["日付"], f"　{values['宛先']}　様".strip("　"), values["差出人"], title, "記"]
    order += ["以上", "（担当）", values["連絡先"]]
    places = [said.index(one) for one in order]
    assert places == sorted(places)


def test_a_result_says_what_a_finding_holds_and_what_the_audit_is() -> None:
    said = words_of(sample("result_notice"))
    finding = sample_lists("result_notice")["検出事項"][0]
    for name in ("題名", "基準", "事実", "影響", "改善提言"):
        assert squeezed(finding[name]) in said
    assert "重要度中" in said
    assert "重要度は、監査人の参考です" in said
    assert "監査の対象としていません。" + sample_values("result_notice")["対象外とした範囲"] in said


def test_many_items_repeat_the_head_and_lose_none() -> None:
    rows = [{**sample_lists("checklist")["監査項目"][0], "番号": f"番{number}号"} for number in range(60)]
    letter = fill("checklist", default_template("checklist"), sample_values("checklist"), {"監査項目": rows})
    with pypdfium2.PdfDocument(letter_pdf(letter, "題", "市")) as document:
        found = [squeezed(page.get_textpage().get_text_range()) for page in document]
    assert [number for number in range(60) if f"番{number}号" not in "".join(found)] == []
    assert len(found) > 3
    assert all("着眼点" in page for page in found if "年に１回以上見直している" in page)
