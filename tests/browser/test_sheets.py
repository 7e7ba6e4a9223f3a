"""Can a sheet be fetched, brought back and taken on a small screen, and a past year's file be understood there?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from kansa.apps.people.models import Department
from kansa.apps.self_inspection.models import Response
from tests.browser.conftest import Watched
from tests.browser.test_self_inspection import looked_at
from tests.formats.workbooks import typed_into
from tests.inspecting import build_campaign, build_staff

Window = Callable[..., Watched]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
ROWS = (
    ("id", "submitdate", "所属", "Q1", "Q2"),
    ("1", "2023-11-01", "101", "Y", "A1"),
    ("2", "2023-11-01", "102", "N", "A2"),
)
SURVEY = "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in ROWS) + "\r\n"
FIRMS_TABLE = "職員番号,氏名,所属,配信結果,開封,報告\r\nS1,甲,101,成功,○,2023/11/1 10:04\r\nS2,乙,102,不達,,\r\n"


@pytest.fixture
def site(live_server: Any) -> str:
    """The address of a server with people and questions only."""
    build_staff()
    return str(live_server.url)


def keep(page: Any, name: str) -> None:
    """A picture of the page, where one is asked for."""
    if folder := os.environ.get("KANSA_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [1280, 375])
def test_a_sheet_goes_out_and_comes_back(site: str, window: Window, width: int, tmp_path: Path) -> None:
    campaign = build_campaign("confidential")
    place = f"{site}/inspections/{campaign.pk}/departments/{Department.objects.get(code='101').pk}/"
    watched, faults = window(width, person="head"), []
    page = watched.context.new_page()
    page.goto(f"{place}sheet/")
    faults += looked_at(page, width)
    with page.expect_download() as download:
        page.get_by_role("button", name="回答用紙（Excel）をダウンロード").click()
    data = Path(download.value.path()).read_bytes()
    (tmp_path / "用紙.xlsx").write_bytes(typed_into(data, {"D7": "はい", "E7": "いいえ", "E9": "該当なし"}))
    page.get_by_label("記入した回答用紙").set_input_files(tmp_path / "用紙.xlsx")
    page.get_by_role("button", name="何が取り込まれるかを確認する").click()
    faults += looked_at(page, width)
    for name in ("職員S002", "職員S004"):
        page.get_by_label(name).check()
    keep(page, f"look-{width}")
    page.get_by_role("button", name="取り込む").click()
    expect(page.locator("body")).to_contain_text("2人分の回答を取り込みました")
    assert Response.objects.count() == 2
    keep(page, f"sheet-{width}")
    for path in ("paper/", "batch/"):
        page.goto(place + path)
        faults += looked_at(page, width)
        keep(page, f"{path[:-1]}-{width}")
    assert faults == [] and watched.complaints == []


@pytest.mark.parametrize("width", [1280, 375])
def test_a_past_years_file_is_understood(site: str, window: Window, width: int, tmp_path: Path) -> None:
    campaign = build_campaign()
    watched, faults = window(width), []
    page = watched.context.new_page()
    page.goto(f"{site}/inspections/{campaign.pk}/workplaces/")
    faults += looked_at(page, width)
    (tmp_path / "survey.csv").write_bytes(("\ufeff" + SURVEY).encode())
    page.goto(f"{site}/import/past-answers/")
    faults += looked_at(page, width)
    page.get_by_label("年度（西暦）").fill("2023")
    page.locator("input[type=file]").set_input_files(tmp_path / "survey.csv")
    page.get_by_role("button", name="列を確かめる").click()
    faults += looked_at(page, width)
    keep(page, f"past-items-{width}")
    page.get_by_role("button", name="この項目を作る").click()
    page.get_by_role("button", name="何が変わるかを確認する").click()
    expect(page.get_by_role("button", name="取り込む")).to_be_visible()
    faults += looked_at(page, width)
    keep(page, f"past-{width}")
    (tmp_path / "drill.csv").write_bytes(FIRMS_TABLE.encode("cp932"))
    page.goto(f"{site}/import/drill-table/")
    faults += looked_at(page, width)
    keep(page, f"drill-choose-{width}")
    page.get_by_label("年度（西暦）").fill("2023")
    page.get_by_label("訓練コード").fill("R5-1")
    page.locator("input[type=file]").set_input_files(tmp_path / "drill.csv")
    page.get_by_role("button", name="列を確かめる").click()
    page.get_by_role("button", name="何が変わるかを確認する").click()
    expect(page.get_by_role("button", name="取り込む")).to_be_visible()
    faults += looked_at(page, width)
    keep(page, f"drill-table-{width}")
    assert faults == [] and watched.complaints == []
