"""Do the pages work in a real browser: for the eye, the keyboard, a small screen, and on a closed network?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Watched

PAGES = {
    "home": "/",
    "home_of_a_year": "/?year=2024",
    "years": "/years/",
    "start": "/start/",
    "begin": "/start/year/",
    "departments": "/department/",
    "department": "/department/?code=103",
    "imports": "/import/",
    "import": "/import/departments/",
    "import_gophish": "/import/drill_gophish_results/",
    "freeze": "/years/2024/freeze/",
    "freeze_first": "/years/2025/freeze/",
    "confirm": "/years/2024/confirm/",
    "texts": "/years/2025/texts/",
    "texts_frozen": "/years/2024/texts/",
    "templates": "/templates/",
    "dashboard": "/years/2024/",
    "old_version": "/years/2024/?version=1",
    "not_frozen": "/years/2025/",
    "confirmed": "/years/2023/",
    "rules": "/years/2025/rules/",
    "rules_frozen": "/years/2024/rules/",
    "report": "/years/2024/report/",
    "figures": "/years/2024/figures/",
    "no_match": "/years/2024/figures/?q=存在しない",
    "figure": "/years/2024/figures/external.mean/",
    "unknown_figure": "/years/2024/figures/no.such/",
    "checklists": "/checklists/",
    "checklist": "/checklists/2024/external_audit/",
    "checklist_changes": "/checklists/2024/external_audit/?show=added",
    "checklist_empty": "/checklists/2026/external_audit/",
    "checklist_add": "/checklists/2025/external_audit/add/",
    "checklist_guideline": "/checklists/2025/external_audit/guideline/",
    "checklist_print": "/checklists/2024/self_inspection/print/",
    "education": "/education/",
    "cases": "/education/cases/",
    "case_findings": "/education/cases/findings/",
    "case_add": "/education/cases/add/",
    "audits": "/engagements/2025/",
    "audit": "/engagements/2025/W25-101/",
    "audit_plan": "/engagements/2025/new/",
    "audit_edit": "/engagements/2025/W25-101/edit/",
    "findings_open": "/findings/?state=open",
    "findings_none": "/findings/?q=存在しない",
    "letter": "/engagements/2025/W25-101/letters/notice/",
    "letter_templates": "/letters/",
    "letter_template": "/letters/notice/",
    "worksheet": "/engagements/2025/W25-101/worksheet/",
    "item": "/engagements/2025/W25-101/worksheet/items/I00/",
    "matrix": "/engagements/2024/matrix/",
    "laps": "/plans/",
    "lap": "/plans/2023/",
    "lap_proof": "/plans/2023/proof/",
    "lap_cell": "/plans/2023/cells/101/",
    "lap_facts": "/plans/2026/facts/",
    "lap_rules": "/plans/2026/rules/",
    "lap_weights": "/plans/2026/weights/",
    "lap_limits": "/plans/2026/limits/",
    "lap_solve": "/plans/2026/solve/",
    "lap_paper": "/plans/2023/plan/",
    "annual_paper": "/plans/2023/annual/2024/",
    "results": "/inspections/results/",
    "result": "/inspections/results/2024/",
    "result_map": "/inspections/results/2024/map/",
    "result_departments": "/inspections/results/2024/by/departments/",
    "result_department": "/inspections/results/2024/departments/101/",
    "result_item": "/inspections/results/2024/items/Q1/",
    "result_teach": "/inspections/results/2024/teach/",
    "contradictions": "/inspections/results/2024/contradictions/",
    "board": "/findings/",
    "rollouts": "/rollouts/",
    "no_page": "/nothing/",
    "own": "/own/",
    "password": "/account/password/",
    "factors": "/account/factors/",
    "english": "/years/2024/?lang=en",
}
WIDTHS = (1280, 375)
# Everything but pictures; the report itself may be longer.
PAGE_BYTES = 150_000
TARGET = 44  # CSS pixels
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What depends on where things stand; names, roles, languages and colours are the same at every width.
LAYOUT_RULES = ["target-size", "scrollable-region-focusable", "css-orientation-lock", "skip-link", "bypass"]
TARGETS = (
    "button, input:not([type=hidden], [type=checkbox], [type=radio]), label:has(> input), select, summary, "
    "header.site a, nav a, footer a, a.button, a.row"
)

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)


def pages() -> dict[str, str]:
    """Every page of the list, with those of the finding G1 that is being improved and of its rollout."""
    from kansa.apps.findings.models import Finding, LateralRollout

    finding = f"/findings/{Finding.objects.get(code='G1').pk}/"
    rollout = f"/rollouts/{LateralRollout.objects.get().pk}/"
    acceptance = f"{finding}do/acceptance/"
    return {**PAGES, "finding": finding, "acceptance": acceptance, "order": f"{finding}rollout/", "rollout": rollout}


def violations(page: Any, *, only_layout: bool = False) -> list[str]:
    """What axe finds, one line each. `only_layout`: the rules that another width can break; the rest was tried."""
    asked = {"type": "rule", "values": LAYOUT_RULES} if only_layout else {"type": "tag", "values": TAGS}
    # Frames hold mails to look at and run no script, not even that of axe.
    found = Axe().run(page, options={"runOnly": asked, "iframes": False}).response["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.looks
def test_every_page_is_accessible_light_fits_and_stays_at_home(site: str, window: Window) -> None:
    look_at_every_page(site, window, WIDTHS[0])


def look_at_every_page(site: str, window: Window, width: int) -> None:
    """Visits all pages; the small screen has a file of its own, so that two workers look at once."""
    watched = window(width)
    faults: list[str] = []
    for name, path in pages().items():
        page = watched.context.new_page()
        bodies: list[int] = []
        page.on("response", lambda response, kept=bodies: kept.append(weight(response)))
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        if name != "report" and sum(bodies) > PAGE_BYTES:
            faults.append(f"{name}: {sum(bodies)} bytes")
        page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)")
        faults += violations(page, only_layout=width != WIDTHS[0])
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name}: wider than {width}")
        faults += small_targets(page)
        page.close()
    assert faults == []
    assert watched.complaints == []  # a style or script that the policy refuses complains here
    assert watched.strangers(site) == []


def small_targets(page: Any) -> list[str]:
    """Controls that are hard to hit with a finger; a box to tick is hit by its label too."""
    boxes = page.eval_on_selector_all(
        TARGETS,
        """found => found.filter(one => one.checkVisibility() && !one.closest('.skip, .trail [aria-current]'))
           .map(one => [one, ['checkbox', 'radio'].includes(one.type) && one.labels.length ? one.labels[0] : one])
           .map(([one, hit]) => [one.outerHTML.slice(0, 90), hit.getBoundingClientRect().height])""",
    )
    return [f"{page.url}: {height} px high: {html}" for html, height in boxes if 0 < height < TARGET - 0.5]


def weight(response: Any) -> int:
    """Bytes of a response, pictures left out."""
    body: bytes = response.body()
    return len(re.sub(rb"<svg.*?</svg>", b"", body, flags=re.DOTALL))


def test_the_keyboard_alone_leads_to_the_records(site: str, window: Window) -> None:
    page = window().context.new_page()
    page.goto(site + "/years/")
    page.keyboard.press("Tab")
    assert focused(page) == "本文へ移動"
    page.keyboard.press("Enter")
    for words in ("令和６年度", "2.90", "外部監査の平均の前年度からの変化"):
        walk_to(page, words)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "4px"
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.url == f"{site}/years/2024/figures/external.change/"


def focused(page: Any) -> str:
    """The words of what has the focus."""
    return str(page.evaluate("document.activeElement.innerText")).strip()


def walk_to(page: Any, words: str) -> None:
    """Presses Tab until something that begins with the words has the focus."""
    for _press in range(200):
        page.keyboard.press("Tab")
        if focused(page).startswith(words):
            return
    raise AssertionError(f"the keyboard does not reach {words}")


def test_the_list_filters_while_typing(site: str, window: Window) -> None:
    watched = window()
    page = watched.context.new_page()
    page.goto(site + "/years/2024/figures/")
    page.evaluate("window.isSamePage = true")
    page.locator("#q").press_sequentially("遵守率 市全体", delay=20)
    rows = page.locator("#list")
    expect(rows).not_to_contain_text("external.mean")
    expect(rows).to_contain_text("市全体の遵守率")
    assert "q=" in page.url
    assert page.evaluate("window.isSamePage")  # the list was exchanged, not the page
    page.select_option("#stream", "drill")
    expect(rows).to_contain_text("当てはまる数値はありません")
    page.go_back()
    expect(rows).to_contain_text("市全体の遵守率")
    assert watched.complaints == []


def test_everything_works_without_javascript(site: str, window: Window) -> None:
    page = window(has_script=False).context.new_page()
    page.goto(site + "/years/")
    page.get_by_role("link", name="令和６年度", exact=True).click()
    page.get_by_role("link", name="数値の一覧", exact=True).click()
    page.get_by_label("名称・数値・数値ID").fill("市全体の遵守率")
    page.get_by_label("区分").select_option("self")
    page.get_by_role("button", name="絞り込む").click()
    page.get_by_role("link", name="市全体の遵守率", exact=True).click()
    assert "この数値はどこから来たか" in page.content()
    page.goto(site + "/years/2024/report/")
    page.locator("a.trace", has_text="2.90").first.click()
    assert page.url == f"{site}/years/2024/figures/external.mean/"


def test_a_download_has_its_japanese_name(site: str, window: Window) -> None:
    page = window().context.new_page()
    page.goto(site + "/years/2023/report/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("^PDF")).click()
    assert waiting.value.suggested_filename == "情報セキュリティ監査実施報告書_令和５年度.pdf"


def test_an_empty_installation_is_accessible(live_server: Any, window: Window) -> None:
    from tests.builders import build_city

    build_city()
    for width in WIDTHS:
        page = window(width).context.new_page()
        page.goto(str(live_server.url))
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_two_hundred_percent_and_print_keep_the_report_whole(site: str, window: Window) -> None:
    # 200 % zoom on a window of 1280 is a viewport of 640.
    page = window(640).context.new_page()
    page.goto(site + "/years/2024/report/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.emulate_media(media="print")
    hidden = page.eval_on_selector_all(
        "header.site, footer.site, .toolbar, .contents", "a => a.every(e => !e.checkVisibility())"
    )
    assert hidden
    assert page.locator("article.report").is_visible()
