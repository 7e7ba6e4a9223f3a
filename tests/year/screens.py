"""How does each person do their part of an audit on the screen? One function is one thing a person does there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browsing import Watched

PICTURES = os.environ.get("KANSA_PICTURES", "")  # a folder, to look at the pages
PASSING = "仮のことば-2024-watasu"
OWN = "自分だけの-kotoba-2024"


@dataclass(frozen=True)
class Person:
    """A person of the city as the administrator registers them."""

    login: str
    name_ja: str
    role_ja: str
    department: str = ""
    firm_ja: str = ""
    staff_number: str = ""


@dataclass(frozen=True)
class Audit:
    """One audit on the screen."""

    fiscal_year: int
    code: str

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/engagements/{self.fiscal_year}/{self.code}/"


class City:
    """The browser windows of the city's people, each with a session of its own, and where the server is."""

    def __init__(self, chromium: Any, site: str) -> None:
        self.chromium, self.site = chromium, site
        self.windows: dict[str, Watched] = {}
        self.pictures = 0

    def sign_in(self, login: str, password: str) -> Any:
        """A window in which somebody signs in with a password, and chooses an own one when asked to; its page."""
        context = self.chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=self.site)
        context.set_default_timeout(10_000)
        self.windows[login] = Watched(context)
        page = context.new_page()
        page.goto("/account/login/")
        page.get_by_label("ログイン名").fill(login)
        page.get_by_label("パスワード").first.fill(password)
        press(page, "サインイン")
        if password == PASSING:
            choose_password(page)
        return page

    def at(self, login: str) -> Any:
        """The page at which somebody sits; at the first time they sign in with their passing password."""
        known = self.windows.get(login)
        return known.context.pages[0] if known else self.sign_in(login, PASSING)

    def go_home(self) -> None:
        """Everybody signs out; no page may have complained or asked another server for anything."""
        for login, watched in self.windows.items():
            press(watched.context.pages[0], "サインアウト")
            assert watched.complaints == [], login
            assert watched.strangers(self.site) == [], login
            watched.context.close()
        self.windows.clear()

    def look(self, page: Any, name: str) -> None:
        """Keeps a picture where somebody wants to look at them."""
        self.pictures += 1
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{self.pictures:02d}-{name}.png"), full_page=True)


def press(page: Any, words: str) -> None:
    """Presses a button and waits for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


def follow(page: Any, words: str) -> None:
    """Follows a link and waits for its page."""
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).first.click()


def told(page: Any, words: str) -> None:
    """What the page says above its content after an act."""
    expect(page.locator("main")).to_contain_text(words)


def choose_password(page: Any) -> None:
    """The first sign-in with a passing password asks for one's own."""
    page.get_by_label("今のパスワード").fill(PASSING)
    page.get_by_label(re.compile("^新しいパスワード( 必須)?$")).fill(OWN)
    page.get_by_label("もう一度").fill(OWN)
    press(page, "変更する")
    told(page, "パスワードを変更しました。")


# --- before the first audit ------------------------------------------------------------------------------------------


def take_in(page: Any, kind: str, name: str, text: str, folder: Path) -> None:
    """Takes a file in: chooses it, looks at what it changes, says yes."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    page.goto(f"/import/{kind}/")
    page.locator("input[type=file]").set_input_files(str(path))
    press(page, "何が変わるかを確認する")
    press(page, "取り込む")
    expect(page.locator("h1")).to_have_text("取り込みました")


def register(page: Any, person: Person) -> None:
    """The administrator gives a person an account, a passing password and a role."""
    page.goto("/accounts/add/")
    page.get_by_label("ログイン名").fill(person.login)
    page.get_by_label("氏名").fill(person.name_ja)
    page.get_by_label("職員番号").fill(person.staff_number)
    page.get_by_label("役割").select_option(label=person.role_ja)
    if person.department:
        page.get_by_label("課所等").select_option(label=person.department)
    if person.firm_ja:
        page.get_by_label("監査事業者").select_option(label=person.firm_ja)
    page.get_by_label("仮のパスワードを入力する").check()
    page.get_by_label("パスワード", exact=True).fill(PASSING)
    press(page, "追加する")
    expect(page.locator("h1")).to_have_text("アカウントを追加しました")


# --- from the plan to the fieldwork ----------------------------------------------------------------------------------


def plan_audit(page: Any, fiscal_year: int, day: str, *, stream_ja: str, department: str, **more: Any) -> Audit:
    """The office plans an audit; `firm_ja` for an outside firm, `is_special` for one that the CISO ordered."""
    page.goto(f"/engagements/{fiscal_year}/new/")
    page.get_by_label(stream_ja, exact=True).check()
    page.get_by_label("対象の課所等").select_option(label=department)
    if more.get("firm_ja"):
        page.get_by_label("監査事業者").select_option(label=more["firm_ja"])
    page.get_by_label("開始日").fill(day)
    page.get_by_label("終了日").fill(day)
    if more.get("is_special"):
        page.get_by_label("特命監査").check()
    press(page, "保存する")
    return Audit(fiscal_year, page.url.rstrip("/").rpartition("/")[2])


def assign(page: Any, audit: Audit, *, name_ja: str = "", staff_ja: str = "") -> None:
    """The office assigns an auditor: an outside person by name, or somebody from the list."""
    page.goto(audit.path)
    if name_ja:
        page.get_by_label("庁外の監査人の氏名").fill(name_ja)
    else:
        page.get_by_label("監査員を加える").select_option(label=staff_ja)
    press(page, "割り当てる")
    told(page, "監査員を割り当てました。")


def take_letter(page: Any, audit: Audit, title_ja: str, form: str = "PDF") -> bytes:
    """Takes a letter of the audit away."""
    page.goto(audit.path)
    with page.expect_download() as waiting:
        page.get_by_role("link", name=f"{title_ja}：{form}", exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def move(page: Any, audit: Audit, label_ja: str, *, number: str = "", on: str = "", reason_ja: str = "") -> None:
    """Moves the audit on, with number and day of the letter or with a reason where the page asks for them."""
    page.goto(audit.path)
    form = page.locator("form.move").filter(has=page.get_by_role("button", name=label_ja, exact=True))
    if number:
        form.get_by_label("文書番号").fill(number)
        form.get_by_label("文書の日付").fill(on)
    if reason_ja:
        form.get_by_label("理由").fill(reason_ja)
    with page.expect_navigation():
        form.get_by_role("button", name=label_ja, exact=True).click()
    told(page, "段階を進めました。")


def answer_survey(page: Any, audit: Audit, answers: Mapping[str, tuple[str, str]], file: Path | None = None) -> None:
    """The department answers items before the fieldwork: item -> words and own level; a file for the whole."""
    page.goto(f"{audit.path}preliminary/")
    follow(page, "回答を始める")
    for words, level in answers.values():
        page.get_by_label("回答", exact=True).fill(words)
        page.get_by_label("自己評価").select_option(value=level)
        press(page, "保存して次へ")
    if file is not None:
        page.goto(f"{audit.path}preliminary/")
        page.get_by_text("証拠を添付する").click()
        page.get_by_label("ファイル", exact=True).set_input_files(str(file))
        press(page, "添付する")
        told(page, file.name)


def submit_survey(page: Any, audit: Audit) -> None:
    """The head hands the answers in."""
    page.goto(f"{audit.path}preliminary/")
    press(page, "回答を提出する")
    told(page, "提出済み")


# --- fieldwork -------------------------------------------------------------------------------------------------------


def judge_by_keyboard(page: Any, audit: Audit, marks: Sequence[tuple[str, str, str]]) -> None:
    """One item after another without the mouse: item, key (0 to 4 or N) and what was seen, or why it is 対象外."""
    page.goto(f"{audit.path}worksheet/")
    follow(page, "判定を始める")
    for place, (item, key, words) in enumerate(marks):
        page.wait_for_url(f"**/worksheet/items/{item}/")
        page.keyboard.press(key)
        if key != "N":
            page.keyboard.press("e")
        page.keyboard.type(words)
        page.keyboard.press("Escape")
        expect(page.locator("#saved")).to_have_text("保存しました")
        if place + 1 < len(marks):
            page.keyboard.press("j")


def raise_finding(page: Any, audit: Audit, item: str, title_ja: str) -> None:
    """The auditor raises a finding beside the item that was judged."""
    page.goto(f"{audit.path}worksheet/items/{item}/")
    follow(page, "検出事項を登録する")
    page.get_by_label("件名").fill(title_ja)
    for label in ("事実", "影響", "改善の提言"):
        page.get_by_label(label, exact=True).fill(f"{title_ja}についての{label}。")
    press(page, "保存する")
    told(page, "検出事項を登録しました。")


# --- after the fieldwork ---------------------------------------------------------------------------------------------


def open_finding(page: Any, audit: Audit, title_ja: str) -> None:
    """The page of a finding, by way of the page of its audit."""
    page.goto(audit.path)
    row = page.get_by_role("row").filter(has_text=title_ja)
    with page.expect_navigation():
        row.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(title_ja)


def agree(page: Any, audit: Audit, title_ja: str) -> None:
    """The head agrees with the facts."""
    open_finding(page, audit, title_ja)
    follow(page, "事実誤認の確認に回答する")
    page.get_by_label("同意する").check()
    press(page, "回答を提出する")
    told(page, "回答を保存しました。")


def write_plan(page: Any, audit: Audit, title_ja: str, due_on: str, year_ja: str) -> None:
    """The department says what it will do, who, and by when."""
    open_finding(page, audit, title_ja)
    follow(page, "改善計画を書く")
    page.get_by_label("改善の措置").fill(f"{title_ja}を改める。")
    page.get_by_label("担当者").fill("主査　担当")
    page.get_by_label("改善の期限").fill(due_on)
    page.get_by_label("改善予定年度").select_option(label=year_ja)
    press(page, "保存する")
    told(page, "改善計画を保存しました。")


def report_done(page: Any, audit: Audit, title_ja: str, file: Path) -> None:
    """The department reports what it did, with a file."""
    open_finding(page, audit, title_ja)
    follow(page, "改善を報告する")
    page.get_by_label("行った措置").fill(f"{title_ja}を改めた。")
    page.get_by_label("証拠").set_input_files(str(file))
    press(page, "報告する")
    told(page, "改善済・未検証")


def verify(page: Any, audit: Audit, title_ja: str) -> None:
    """Another person has seen the improvement."""
    open_finding(page, audit, title_ja)
    follow(page, "改善を確認する")
    page.get_by_label("確認の方法").fill("記録と現地を見た。")
    press(page, "確認済とする")
    told(page, "改善を確認しました。")


def accept_risk(page: Any, audit: Audit, title_ja: str, review_on: str) -> None:
    """The CISO leaves a risk, with a reason and a day on which it is looked at again."""
    open_finding(page, audit, title_ja)
    follow(page, "リスク受容を記録する")
    page.get_by_label("承認者").fill("最高情報セキュリティ責任者")
    page.get_by_label("リスク受容の理由").fill("来年度の機器の更新まで、立会いで補う。")
    page.get_by_label("見直し日").fill(review_on)
    press(page, "保存する")
    told(page, "リスク受容を記録しました。")


# --- the report ------------------------------------------------------------------------------------------------------


def freeze_year(city: City, page: Any, fiscal_year: int) -> None:
    """The office fixes the records; every notice gets a reason."""
    page.goto(f"/years/{fiscal_year}/freeze/")
    for field in page.locator("input[name^=accept_]").all():
        field.fill("初めての年度のため")
    city.look(page, "freeze")
    press(page, "内容を確かめる")
    press(page, "凍結する")
    told(page, "第1版として凍結しました。")


def confirm_year(page: Any, fiscal_year: int, on: str) -> None:
    """The office records the approval."""
    page.goto(f"/years/{fiscal_year}/confirm/")
    page.get_by_label("決裁番号").fill("監第１号")
    page.get_by_label("決裁者").fill("副市長")
    page.get_by_label("決裁日").fill(on)
    press(page, "内容を確かめる")
    press(page, "記録する")
    told(page, "決裁を記録しました。")


def print_report(page: Any, fiscal_year: int) -> bytes:
    """The report as PDF."""
    page.goto(f"/years/{fiscal_year}/report/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("^PDF")).click()
    return Path(waiting.value.path()).read_bytes()


@dataclass(frozen=True)
class ShownFigure:
    """A figure as its page tells it."""

    printed: str  # 2.75点
    exact: str  # 11/4
    records: list[tuple[str, str]]  # of which it is made: name and value


def shown_figure(page: Any, fiscal_year: int, figure_id: str) -> ShownFigure:
    """The page of a figure: what is printed, the value before rounding, and the records behind it."""
    page.goto(f"/years/{fiscal_year}/figures/{figure_id}/")
    rows = page.locator("section:has(#records) tbody tr").all()
    return ShownFigure(
        page.locator("p.figure").inner_text().replace("\n", ""),
        page.locator("dl.facts div").filter(has_text="四捨五入する前の値").locator("dd").inner_text(),
        [(row.locator("th").inner_text(), row.locator("td").first.inner_text()) for row in rows],
    )
