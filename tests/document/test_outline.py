"""Does the report say what the figures say, no more, and every number by its id?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kansa.core.advisory import find_assurance_wording
from kansa.core.year import YearData, YearRecords
from kansa.document.blocks import Chart, Document, Heading, Num, Para, Table, Text
from kansa.document.figures import build_figures
from kansa.document.outline import build_document
from kansa.document.trace import trace
from tests.document.made_year import check, finding, item, made_year, prior_records, this_records
from tests.document.test_figures import stated

DIGITS = re.compile(r"[0-9０-９]")
MAIN = ("criteria", "external", "internal", "self-inspection")


def report_of(year: YearData) -> Document:
    return build_document(year, build_figures(year), frozen_sha256="0" * 64, is_draft=True)


def text_of(document: Document) -> str:
    """All paragraphs, one a line."""
    lines = []
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append(f"{block.label}{block.text}")
        elif isinstance(block, Para):
            lines.append("".join(run.shown if isinstance(run, Num) else run.text for run in block.runs))
    return "\n".join(lines)


def before_annex(document: Document) -> Iterator[Para]:
    for block in document.blocks:
        if isinstance(block, Heading) and block.anchor == "appendix":
            return
        if isinstance(block, Para):
            yield block


def test_the_chapters_stand_in_the_order_of_the_published_report() -> None:
    headings = [block for block in report_of(made_year()).blocks if isinstance(block, Heading) and block.level == 1]
    assert [(heading.label, heading.anchor) for heading in headings[:4]] == list(zip("１２３４", MAIN, strict=True))


@pytest.mark.parametrize("length", ["brief", "standard", "detailed"])
def test_no_numeral_stands_in_words(length: str) -> None:
    this = replace(this_records(), rules=replace(this_records().rules, text_length=length))
    for para in before_annex(report_of(made_year(this=this))):
        for run in para.runs:
            if isinstance(run, Text):
                assert not DIGITS.search(run.text), run.text


def test_every_number_is_a_figure_of_the_book_in_the_same_print() -> None:
    year = made_year()
    book = build_figures(year)
    numbers = list(numbers_of(report_of(year)))
    assert len(numbers) > 100
    for number in numbers:
        assert book[number.figure].shown == number.shown


def test_the_diagnosis_is_told_in_counts() -> None:
    """12 open ones last year and 10 now; 4 of the 10 are decided: 40.0 %; zones with their kinds in the table."""
    text = text_of(report_of(made_year()))
    assert "年度末に未解消の脆弱性は10件（前年度は12件、差は−2件）である。" in text
    assert "このうち40.0％について" in text and "対応を決定した（修正3件、受容1件）。" in text
    assert "今年度は5件である" in text and "決定した期限を年度末に過ぎているものは2件" in text
    assert "未解消のうち3件は、今年度に検査していない" in text and "令和７年２月１日時点の照合データ" in text
    book = build_figures(made_year())
    shown = {
        name: book[f"diagnosis.vulnerability.zone.{name}"].shown
        for name in ("lgwan.open", "lgwan.open.prior", "internet.patch")
    }
    assert shown == {"lgwan.open": "6", "lgwan.open.prior": "9", "internet.patch": "3"}


def numbers_of(document: Document) -> Iterator[Num]:
    for block in document.blocks:
        if isinstance(block, Para):
            yield from (run for run in block.runs if isinstance(run, Num))
        table = block.data if isinstance(block, Chart) else block
        if isinstance(table, Table):
            yield from (run for row in table.rows for cell in row for run in cell.runs if isinstance(run, Num))


def test_each_length_says_more_than_the_one_before() -> None:
    sizes = []
    for length in ("brief", "standard", "detailed"):
        this = replace(this_records(), rules=replace(this_records().rules, text_length=length))
        sizes.append(len(text_of(report_of(made_year(this=this)))))
    assert sizes == sorted(set(sizes))


def external_years(this_levels: tuple[str, str], prior_levels: tuple[str, str]) -> YearData:
    """Two departments, items: carried E1, E2; then one item more in each year as the lineage says."""
    this, prior = this_records(), prior_records()
    items = (item("E1"), item("E2"), item("E3", "added"))
    lists = (replace(this.checklists[0], items=items), *this.checklists[1:])
    before = (replace(prior.checklists[0], items=(item("E1"), item("E2"), item("E9"))), *prior.checklists[1:])
    return made_year(
        this=replace(
            this,
            checklists=lists,
            engagements=tuple(check("external_audit", *pair) for pair in zip("AB", this_levels, strict=True)),
        ),
        prior=replace(
            prior,
            checklists=before,
            engagements=tuple(check("external_audit", *pair) for pair in zip("AB", prior_levels, strict=True)),
        ),
    )


@pytest.mark.parametrize(
    ("this", "prior", "said", "unsaid"),
    [
        # Carried 3 -> 3.5, the added item (mean 2.5) drags the whole: 18/6 -> 19/6.
        (("333", "442"), ("333", "333"), "改善されたものの、追加した項目が平均を押し下げた", "も平均を押し上げた"),
        # Carried 2.5 -> 3, the added item at 4 lifts as well.
        (("334", "334"), ("233", "323"), "改善され、追加した項目も平均を押し上げた", "留まった"),
        # Carried 2.75 -> 3, the added item at 0 sinks the whole.
        (("330", "330"), ("333", "323"), "全体の向上には至らなかった", "留まった"),
        # Carried unchanged, whole lifted by the added item.
        (("334", "334"), ("333", "333"), "改善がみられず、全体の向上は追加した項目によるもの", "改善されたものの"),
        # Carried falls and the whole falls.
        (("223", "223"), ("333", "333"), "変更がない監査項目でも改善がみられなかった", "改善されたものの"),
    ],
)
def test_the_sentence_follows_the_signs(this: tuple[str, str], prior: tuple[str, str], said: str, unsaid: str) -> None:
    text = text_of(report_of(external_years(this, prior)))
    assert said in text
    assert unsaid not in text


def test_change_within_turnover_is_never_told_as_a_change_of_the_city() -> None:
    text = text_of(report_of(external_years(("333", "432"), ("332", "332"))))
    assert "全庁の変化とは言えない" in text


def test_an_empty_year_says_what_was_not_done() -> None:
    empty = YearData(made_year().settings, YearRecords(2024, this_records().rules), None)
    document = report_of(empty)
    text = text_of(document)
    assert text.count("未実施") >= 2
    assert "算出できない" in text
    printed = [run.shown for para in before_annex(document) for run in para.runs if isinstance(run, Num)]
    assert "0.00" not in printed
    assert "0" not in printed


def test_a_published_year_states_its_figures_and_leaves_the_rest_out() -> None:
    rules = replace(this_records().rules, scale=())
    this = YearRecords(
        2024,
        rules,
        published=(
            stated("external.mean", "2.88", 2024),
            stated("internal.mean", "3.12", 2024),
            stated("self.rate", "95.2", 2024, "％"),
        ),
    )
    prior = YearRecords(
        2023, rules, published=(stated("internal.mean", "2.83"), stated("self.rate", "94.1", unit="％"))
    )
    text = text_of(report_of(made_year(this=this, prior=prior, plan=())))
    for shown in ("2.88点", "3.12点", "2.83点", "95.2％", "94.1％", "+1.1ポイント"):
        assert shown in text
    assert "検出率" not in text
    assert "前年度の判定の記録がないため、変化の内訳は分けられない" in text


def test_generated_words_are_free_of_assurance_wording() -> None:
    for length in ("brief", "standard", "detailed"):
        this = replace(this_records(), rules=replace(this_records().rules, text_length=length))
        assert not list(find_assurance_wording(text_of(report_of(made_year(this=this)))))


def test_a_remark_of_the_office_is_printed_as_written_and_never_read_as_a_figure() -> None:
    settings = replace(made_year().settings, remarks=(("external", "所見{external.mean}です。"),))
    text = text_of(report_of(made_year(settings=settings)))
    assert "所見｛external.mean｝です。" in text


def test_a_special_audit_is_told_beside_the_planned_ones_and_changes_no_mean() -> None:
    records = this_records()
    ordered = replace(check("internal_audit", "B", "00", 12), code="in-B", special=True)
    raised = finding("F3", stream="internal_audit", engagement_code="in-B", department_code="B", item_code="N1")
    this = replace(records, engagements=(*records.engagements, ordered), findings=(*records.findings, raised))
    year = made_year(this=this)
    before, book = build_figures(made_year()), build_figures(year)
    assert book["internal.mean"].value == before["internal.mean"].value
    assert (book["internal.special.engagements"].value, book["internal.special.findings"].value) == (1, 1)
    text = text_of(report_of(year))
    assert "計画の外で命じられた特命監査を1件実施した。" in text.replace("１", "1")
    assert "検出事項のうち1件は、特命監査によるものである。" in text.replace("１", "1")
    assert "特命監査" not in text_of(report_of(made_year()))
    assert [row.label_ja for row in trace(year, book, "internal.special.engagements").rows] == ["in-B B課"]
    assert [row.label_ja for row in trace(year, book, "internal.special.findings").rows] == ["F3 検出F3"]
    assert "in-B B課" not in [row.label_ja for row in trace(year, book, "internal.departments").rows]


def test_a_risk_that_was_accepted_is_told_as_that() -> None:
    records = this_records()
    left = finding("F3", treatment="accept", planned_on="", due_on="", promised_fiscal_year=None)
    text = text_of(report_of(made_year(this=replace(records, findings=(*records.findings, left)))))
    assert "リスク受容としたものは1件である。" in text.replace("１", "1")
    assert "リスク受容としたものは" not in text_of(report_of(made_year()))


def test_all_is_followed_by_its_own_particle() -> None:
    """「全ては…改善され」 is no Japanese; 多く, 半数 and 一部 take は."""
    assert "全てが今年度中に改善され" in text_of(report_of(made_year()))


def test_a_year_may_leave_the_open_rate_out_on_purpose_and_says_so() -> None:
    year = made_year()
    rules = replace(year.this.rules, open_rate="omitted")
    text = text_of(report_of(replace(year, this=replace(year.this, rules=rules))))
    assert "開封率は、年度設定により載せていない" in text and "開封率は12.5％" not in text
    assert "報告率は25.0％" in text
    assert "開封率は12.5％" in text_of(report_of(year))
