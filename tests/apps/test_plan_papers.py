"""Do the papers of planning say what the plan says, in Word, PDF and Excel, and does the Excel come back in?"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import pypdfium2
import pytest
from django.http import Http404
from python_calamine import CalamineWorkbook

from kansa.apps.plan.models import Engagement
from kansa.apps.scheduling import actions
from kansa.apps.scheduling.queries import PlanPaper, annual_paper, lap_of, lap_paper
from kansa.apps.scheduling.views.papers import paper_of
from kansa.core.errors import RuleError
from kansa.formats.readers import plan as plan_reader
from tests.builders import department, engagement, imported, plan_cell, staff, training
from tests.cast import CLERK, OUTSIDER, VIEWER
from tests.document.extract import squeezed

FIRST, THIS = 2026, 2026
# code -> year: 2026 has two, 2027 one, 2028 one; 105 is audited from outside in 2026 and inside in 2027.
INTERNAL = {"101": 2026, "102": 2026, "103": 2027, "105": 2027, "104": 2028}


@pytest.fixture
def lap(city: Any) -> Any:
    """Five departments with a whole plan, and one that closes before its turn."""
    codes = ("101", "102", "103", "104", "105")
    records = [department(code, name_ja=f"第{code}課", bureau_ja="総務部") for code in codes]
    imported("departments", [*records, department("106", name_ja="=廃止+室", bureau_ja="福祉部", valid_to=2026)])
    cells = [plan_cell(code, year, "internal_audit") for code, year in INTERNAL.items()]
    imported("plan", [*cells, plan_cell("105", 2026, "external_audit")])
    return lap_of(1, FIRST)


def paper(lap: Any) -> PlanPaper:
    return lap_paper(CLERK, lap, THIS)


def word_text(data: bytes) -> str:
    file = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return squeezed("".join([*(one.text for one in file.paragraphs), *cells]))


def pdf_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return squeezed("".join(page.get_textpage().get_text_range() for page in document))


def test_the_matrix_says_who_when_and_by_whom(lap: Any) -> None:
    rows = {row["コード"]: row for row in paper(lap).lists["計画表"]}
    marks = {code: tuple(row[f"{place}年目"] for place in (1, 2, 3)) for code, row in rows.items()}
    assert marks == {
        "101": ("○", "", ""),
        "102": ("○", "", ""),
        "103": ("", "○", ""),
        "104": ("", "", "○"),
        "105": ("外部", "○", ""),
        "106": ("", "", ""),
    }
    assert rows["106"]["摘要"] == "廃止"
    assert rows["101"]["10年目"] == ""


def test_counts_targets_and_proof_are_those_of_the_plan(lap: Any) -> None:
    made = paper(lap)
    counted = [(row["年度"], row["内部監査"], row["外部監査"]) for row in made.lists["年度別件数"]]
    assert counted == [("令和８年度", "２", "１"), ("令和９年度", "２", "０"), ("令和10年度", "１", "０")]
    assert {row["システム数"] for row in made.lists["年度別件数"]} == {"－"}  # unknown is not 0
    first = made.lists["年度別対象"][0]
    assert (first["年度"], first["区分"], first["課所等"]) == ("令和８年度", "内部監査", "第101課、第102課")
    assert [row["コード"] for row in made.lists["対象外"]] == ["106"]
    assert made.words["対象の課所等の数"] == "６"
    assert "内部監査を行うもの５、監査の前に廃止されるもの１" in made.words["確認の結果"]
    assert made.words["確認の結果"].endswith("条件に合わない所はない。")
    assert made.words["計算の記録"] == "計算によらず、取り込み又は手により作成"


def test_word_and_pdf_hold_the_whole_plan(lap: Any) -> None:
    made = paper(lap)
    for text in (
        word_text(actions.write_paper(CLERK, made, "docx").data),
        pdf_text(actions.write_paper(CLERK, made, "pdf").data),
    ):
        for words in ("第８巡", "令和８年度から令和10年度まで", "第104課", "=廃止+室", "R10"):
            assert words in text


def test_a_lap_of_six_years_lies_and_has_six_columns(city: Any) -> None:
    from kansa.document.letters.defaults import lap_template

    text = word_text(lap_template(6))
    assert "{{6年目の年度}}" in text
    assert "{{7年目の年度}}" not in text
    page = docx.Document(io.BytesIO(lap_template(6))).sections[0]
    assert page.page_width > page.page_height
    with pytest.raises(ValueError, match="1 to 10"):
        lap_template(11)


def test_the_excel_comes_back_through_the_import(lap: Any) -> None:
    data = actions.write_paper(CLERK, paper(lap), "xlsx").data
    read = plan_reader.read(data, "監査中期計画書.xlsx")
    assert read.refusals == ()
    found = {(one.fiscal_year, one.department_code, one.stream) for one in read.records}
    wanted = {(year, code, "internal_audit") for code, year in INTERNAL.items()}
    assert found == wanted | {(2026, "105", "external_audit")}


def test_the_table_is_plain_and_holds_no_formula(lap: Any) -> None:
    data = actions.write_paper(CLERK, paper(lap), "xlsx").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["印刷用", "監査中期計画（一覧）"]
    sheet = book.get_sheet_by_name("監査中期計画（一覧）")
    rows = sheet.to_python()
    assert not sheet.merged_cell_ranges
    assert rows[0][:3] == ["年度", "所属コード", "課所等名"]
    assert [type(row[0]) for row in rows[1:]] == [float] * 6  # numbers as numbers
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_what_was_typed_wins_and_is_told_to_whoever_comes_late(lap: Any) -> None:
    made = paper(lap)
    actions.save_paper(CLERK, made, 0, {"文書番号": "情政第９号"})
    assert "情政第９号" in word_text(actions.write_paper(CLERK, made, "docx").data)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(actions.write_paper(CLERK, made, "xlsx").data))
    assert rows.get_sheet_by_name("印刷用").to_python()[0][0] == "情政第９号"
    with pytest.raises(RuleError, match="ほかの人"):
        actions.save_paper(CLERK, made, 0, {"文書番号": "情政第10号"})
    with pytest.raises(RuleError):
        actions.save_paper(VIEWER, made, 1, {"文書番号": "情政第10号"})
    with pytest.raises(RuleError):
        actions.write_paper(OUTSIDER, made, "docx")


def test_the_citys_own_template_is_used(lap: Any) -> None:
    from kansa.apps.audits.actions import replace_template
    from tests.document.letters.word import word

    body = "<w:p><w:r><w:t>市の様式 {{ 巡 }}</w:t></w:r></w:p>"
    replace_template(CLERK, "medium_term_plan", "市.docx", word(body))
    assert word_text(actions.write_paper(CLERK, paper(lap), "docx").data) == "市の様式第８巡"


@pytest.fixture
def year(lap: Any) -> Any:
    """FY2026 with one audit set, one diagnosis, one special audit, one training."""
    imported("staff", [staff("S1", "103", fiscal_year=2026, name_ja="山田 太郎"), staff("S2", "104", fiscal_year=2026)])
    imported(
        "engagements",
        [
            engagement(
                "I1",
                "101",
                fiscal_year=2026,
                stream="internal_audit",
                started_on=date(2026, 10, 16),
                ended_on=date(2026, 10, 16),
                auditor_numbers=("S1",),
            ),
            engagement("I2", "104", fiscal_year=2026, stream="internal_audit", auditor_numbers=(), is_special=True),
            engagement(
                "T1",
                "",
                fiscal_year=2026,
                method="technical_diagnosis",
                auditor_numbers=(),
                started_on=None,
                ended_on=None,
            ),
        ],
    )
    imported("training", [training("S1", fiscal_year=2026, held_on=date(2026, 9, 25))])
    return lap


def test_the_year_says_days_auditors_and_what_is_not_set_yet(year: Any) -> None:
    lists = annual_paper(CLERK, 2026).lists
    shown = [(row["コード"], row["日程"], row["監査員"], row["摘要"]) for row in lists["内部監査"]]
    assert shown[0] == ("101", "10月16日（金）", "山田 太郎", "")
    assert shown[1] == ("102", "別に定める", "別に定める", "")
    assert (shown[2][0], shown[2][3]) == ("104", "特命監査")
    assert [row["コード"] for row in lists["外部監査"]] == ["105"]
    assert [(row["方法"], row["対象"]) for row in lists["全庁"]] == [("技術的セキュリティ診断", "全庁")]
    assert [(row["日付"], row["人数"]) for row in lists["研修"]] == [("令和８年９月25日", "１")]
    assert [(row["氏名"], row["件数"]) for row in lists["監査員"]] == [("山田 太郎", "１")]


def test_a_half_day_that_is_set_is_told_on_its_day_only(year: Any) -> None:
    from kansa.apps.scheduling.models import EngagementSlot

    one = Engagement.objects.get(code="I1")
    slot = EngagementSlot.objects.create(municipality_id=1, engagement=one, day=one.started_on, half="am")
    assert annual_paper(CLERK, 2026).lists["内部監査"][0]["日程"] == "10月16日（金）午前"
    EngagementSlot.objects.filter(pk=slot.pk).update(day=date(2026, 10, 19))  # the audit was moved by other means
    assert annual_paper(CLERK, 2026).lists["内部監査"][0]["日程"] == "10月16日（金）"


def test_the_year_as_word_pdf_and_excel(year: Any) -> None:
    made = annual_paper(CLERK, 2026)
    assert "令和８年度情報セキュリティ監査計画書" in word_text(actions.write_paper(CLERK, made, "docx").data)
    assert "10月16日（金）" in pdf_text(actions.write_paper(CLERK, made, "pdf").data)
    book = CalamineWorkbook.from_filelike(io.BytesIO(actions.write_paper(CLERK, made, "xlsx").data))
    rows = book.get_sheet_by_name("年度監査計画（一覧）").to_python()
    heads = rows[0]
    line = dict(zip(heads, next(row for row in rows if row[heads.index("実施番号")] == "I1"), strict=True))
    assert (line["年度"], line["区分コード"], line["所属コード"]) == (2026, "internal_audit", "101")
    assert (line["開始日"], line["監査員"], line["中期計画"]) == ("2026-10-16", "山田 太郎", "○")
    assert Engagement.objects.count() == len([row for row in rows[1:] if row[heads.index("実施番号")]])


def test_a_year_outside_the_lap_has_no_page(lap: Any) -> None:
    with pytest.raises(Http404):
        paper_of(CLERK, "annual_plan", FIRST, 2030)
    with pytest.raises(Http404):
        paper_of(CLERK, "medium_term_plan", 2027, None)
