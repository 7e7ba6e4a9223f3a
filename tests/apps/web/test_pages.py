"""Do the pages say what the frozen year says, and where it comes from?"""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.test import Client

from kansa.apps.annual_report.queries import frozen_bytes, latest_frozen
from kansa.apps.annual_report.views import figures
from kansa.apps.annual_report.views.kept import Kept
from kansa.apps.annual_report.views.years import NOTICES_FOLDED, NOTICES_SHOWN, notice_groups
from kansa.core.checks import Notice
from kansa.document.blocks import Chart, Heading, Num, Para, Table
from kansa.document.report import Report, read_report
from tests.apps.web.town import CHANGE_REASON, DEPARTMENTS, freeze_whole
from tests.builders import build_city, imported, judgement
from tests.cast import VIEWER

pytestmark = [pytest.mark.django_db]


def words(client: Client, page: str, status: int = 200) -> str:
    """The visible text of a page, without pictures."""
    answer = client.get(page)
    assert answer.status_code == status
    text = re.sub(r"<svg.*?</svg>|<head>.*?</head>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


def report_of(version: int) -> Report:
    """The report of 2024 made directly from its frozen bytes."""
    return read_report(frozen_bytes(VIEWER, 2024, version), is_draft=True)


def test_an_empty_installation_explains_how_to_begin(client: Client) -> None:
    build_city()
    assert "最初の監査まで" in words(client, "/")
    text = words(client, "/years/")
    assert "まだ記録がありません" in text and "はじめに" in text


def test_a_database_without_a_municipality_does_not_fail(client: Client) -> None:
    assert "まだ記録がありません" in words(client, "/years/")
    assert client.get("/years/2024/").status_code == 404


@pytest.mark.usefixtures("town")
def test_the_list_says_how_each_year_stands(client: Client) -> None:
    text = words(client, "/years/")
    assert re.search(r"令和７年度 未確定 なし まだ凍結していません", text)
    assert re.search(r"令和６年度 案 第2版", text)
    assert re.search(r"令和５年度 確定 第1版", text)


@pytest.mark.usefixtures("town")
def test_the_dashboard_shows_the_figures_of_the_newest_version(client: Client) -> None:
    # 60 judgements: 12 of level 2, 6 of level 4 (one of them corrected from 3), 42 of level 3: 174/60 = 2.90.
    text = words(client, "/years/2024/")
    assert re.search(r"外部監査 対策レベルの平均 2\.90 （[^）]+） ?の出どころ 点 合格点未満", text.replace("　", " "))
    assert "合格点以上" in text  # internal: 4 of level 2, 5 of level 4 (the 45th is both a 15th and a 9th): 181/60
    assert "3.02" in text
    # 40 people, 5 questions, every 8th answers いいえ once: 195/200.
    assert "97.5" in text
    assert CHANGE_REASON in text
    newest = latest_frozen(VIEWER, 2024)
    assert newest is not None
    assert newest.sha256 in text


@pytest.mark.usefixtures("town")
def test_every_number_of_the_dashboard_leads_to_its_page(client: Client) -> None:
    page = client.get("/years/2024/").content.decode()
    links = set(re.findall(r'class="trace" href="([^"]+)"', page))
    assert len(links) > 40
    assert [link for link in links if client.get(unescape(link)).status_code != 200] == []


@pytest.mark.usefixtures("town")
def test_an_older_version_keeps_its_figures_and_says_so(client: Client) -> None:
    # Before the correction one level 4 was a 3: 173/60 = 2.88.
    text = words(client, "/years/2024/?version=1")
    assert "これは第1版です" in text
    assert "2.88" in text
    page = client.get("/years/2024/?version=1").content.decode()
    assert all(link.endswith("?version=1") for link in re.findall(r'class="trace" href="([^"]+)"', page))
    assert "173/60" in words(client, "/years/2024/figures/external.mean/?version=1")
    assert "29/10" in words(client, "/years/2024/figures/external.mean/?version=2")
    assert "これは第1版です" not in words(client, "/years/2024/?version=2")


@pytest.mark.usefixtures("town")
def test_a_year_that_is_not_frozen_shows_checks_and_no_figures(client: Client) -> None:
    text = words(client, "/years/2025/")
    assert "まだ凍結していません" in text
    assert "記録を凍結する" in text
    assert "判定が終わっていない監査項目が1件" in text
    assert "理由を付けて凍結することもできます" in text
    assert 'class="trace"' not in client.get("/years/2025/").content.decode()


@pytest.mark.usefixtures("town")
def test_records_changed_after_freezing_are_announced(client: Client) -> None:
    assert "一致しません" not in words(client, "/years/2024/")
    wrong = judgement("E01", 4, "E2024-103", fiscal_year=2024, department_code="103")
    imported("judgements", [wrong])
    text = words(client, "/years/2024/")
    assert "凍結した記録と今の記録とが一致しません" in text
    assert "2.90" in text


@pytest.mark.usefixtures("town")
def test_the_report_page_has_every_number_of_the_document_with_its_link(client: Client) -> None:
    page = client.get("/years/2024/report/").content.decode()
    document = report_of(2).document
    shown = re.findall(r'<a class="trace" href="([^"]+)"><data [^>]*data-figure="([^"]+)">([^<]*)</data></a>', page)
    expected = []
    for block in document.blocks:
        if isinstance(block, Para):
            expected += [run for run in block.runs if isinstance(run, Num)]
        elif isinstance(block, Table | Chart):
            rows = block.rows if isinstance(block, Table) else block.data.rows
            expected += [run for row in rows for cell in row for run in cell.runs if isinstance(run, Num)]
    assert [(unescape(figure), unescape(text)) for _, figure, text in shown] == [(n.figure, n.shown) for n in expected]
    assert all(client.get(unescape(link)).status_code == 200 for link, _, _ in shown[:30])
    headings = [block for block in document.blocks if isinstance(block, Heading) and block.level <= 2]
    assert [one.anchor for one in headings] == re.findall(r'<li class="level\d"><a href="#([^"]+)"', page)
    assert page.count("<h1") == 1


@pytest.mark.usefixtures("town")
def test_a_draft_says_so_and_a_confirmed_report_does_not(client: Client) -> None:
    assert "この文書は確定前の案である" in words(client, "/years/2024/report/")
    assert "この文書は確定前の案である" not in words(client, "/years/2023/report/")


@pytest.mark.usefixtures("town")
def test_a_figure_shows_value_formula_and_records_with_their_rows(client: Client) -> None:
    text = words(client, "/years/2024/figures/external.mean/")
    assert "この数値はどこから来たか" in text
    assert "29/10" in text  # 174/60
    assert "判定レベルの合計 ÷ 判定数" in text
    assert "60件のうち1〜60件目" in text
    # The third judgement of the audit is the third data row, below the header, of the file it came with.
    assert "2024年度 第103課 E02 レベル3 判定_external_audit_2024.csv 表 4" in text
    # The corrected one comes from the correction.
    assert "2024年度 第103課 E00 レベル4 判定の訂正_2024.csv 表 2" in text


@pytest.mark.usefixtures("town")
def test_a_figure_links_what_it_is_made_of_and_what_is_made_of_it(client: Client) -> None:
    change = client.get("/years/2024/figures/external.change/").content.decode()
    assert 'href="/years/2024/figures/external.mean.prior/"' in change
    mean = client.get("/years/2024/figures/external.mean/").content.decode()
    assert 'href="/years/2024/figures/external.change/"' in mean


@pytest.mark.usefixtures("town")
def test_records_come_a_page_at_a_time_and_none_is_lost(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "RECORDS_A_PAGE", 25)
    places: list[str] = []
    for number, count in ((1, 25), (2, 25), (3, 10)):
        text = words(client, f"/years/2024/figures/external.mean/?page={number}")
        found = re.findall(r"2024年度 (第\d+課 E\d\d) レベル", text)
        assert len(found) == count
        places += found
    assert sorted(places) == sorted(f"第{code}課 E{place:02}" for code in DEPARTMENTS[2:] for place in range(30))
    assert "51〜60件目" in words(client, "/years/2024/figures/external.mean/?page=999")
    assert "1〜25件目" in words(client, "/years/2024/figures/external.mean/?page=abc")


@pytest.mark.usefixtures("town")
def test_the_list_of_figures_is_complete(client: Client) -> None:
    ids: list[str] = []
    for number in range(1, 20):
        page = client.get(f"/years/2024/figures/?page={number}").content.decode()
        ids += [unescape(one) for one in re.findall(r'<code class="id">([^<]+)', page)]
        if 'rel="next"' not in page:
            break
    assert sorted(ids) == sorted(report_of(2).book.figures)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("q=外部監査 平均", "external.mean", "self.rate"),
        ("q=ＥＸＴＥＲＮＡＬ．ＭＥＡＮ", "external.mean", "internal.mean"),
        ("q=97.5", "self.rate", "external.mean"),
        ("stream=self", "self.rate", "external.mean"),
        ("stream=drill&q=開封率", "drill.1.open_rate", "self.rate"),
        ("stream=nonsense&q=self.rate", "self.rate", "external.mean"),
    ],
)
def test_figures_are_found(client: Client, query: str, there: str, absent: str) -> None:
    page = client.get(f"/years/2024/figures/?{query}").content.decode()
    assert f">{there}</code>" in page
    assert f">{absent}</code>" not in page


@pytest.mark.usefixtures("town")
def test_a_search_without_a_match_helps(client: Client) -> None:
    assert "当てはまる数値はありません" in words(client, "/years/2024/figures/?q=存在しない言葉")


@pytest.mark.usefixtures("town")
def test_htmx_gets_only_the_list(client: Client) -> None:
    part = client.get("/years/2024/figures/?q=平均", HTTP_HX_REQUEST="true")
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]
    back = client.get("/years/2024/figures/", HTTP_HX_REQUEST="true", HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert "<html" in back.content.decode()


@pytest.mark.usefixtures("town")
def test_an_unknown_figure_is_explained(client: Client) -> None:
    text = words(client, "/years/2024/figures/external.nonsense/", 404)
    assert "この数値はありません" in text
    assert "external.nonsense" in text


@pytest.mark.usefixtures("town")
def test_a_published_figure_cites_its_document(client: Client) -> None:
    freeze_whole(2022, "", {"missing_scale": "公表値だけの年度", "report_date": "公表値だけの年度"})
    text = words(client, "/years/2022/figures/external.mean/")
    assert "公表された文書の箇所" in text
    assert "令和４年度の報告書 3 12「2.81点」 2.81 公表値.csv 表 2" in text
    assert "281/100" in text


@pytest.mark.usefixtures("town")
def test_the_approval_is_shown_with_its_number(client: Client) -> None:
    text = words(client, "/years/2023/")
    assert "第1版の決裁：2024-03-29" in text
    assert "５監第１号" in text
    assert "決裁：" not in words(client, "/years/2024/")


def test_many_notices_of_one_check_do_not_hide_the_others() -> None:
    many = tuple(Notice("a", "warn", f"{n}", "", "", False) for n in range(NOTICES_SHOWN + NOTICES_FOLDED + 7))
    one = Notice("b", "warn", "別", "", "", False)
    grave = Notice("c", "block", "重い", "", "", True)
    groups = notice_groups((*many, one, grave))
    assert [group.severity for group in groups] == ["block", "warn"]
    assert groups[1].count == len(many) + 1
    assert [len(kind.first) for kind in groups[1].kinds] == [NOTICES_SHOWN, 1]
    assert [kind.left_out_count for kind in groups[1].kinds] == [7, 0]


def test_only_the_last_results_are_kept() -> None:
    kept: Kept[int] = Kept(2)
    made = SimpleNamespace(count=0)

    def make() -> int:
        made.count += 1
        return made.count

    assert [kept.get(key, make) for key in ("a", "b", "a", "c", "a", "b")] == [1, 2, 1, 3, 1, 4]
    assert len(kept) == 2
