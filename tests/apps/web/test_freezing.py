"""Can the office, and nobody else, freeze a year and record its approval on the screen, seeing first what is done?"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kansa.apps.annual_report.models import Confirmation, FrozenYear
from kansa.apps.annual_report.queries import year_data
from kansa.core.checks import run_checks
from tests.builders import imported, judgement
from tests.cast import CITY, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def versions(fiscal_year: int) -> int:
    """How many frozen versions a year has."""
    return FrozenYear.objects.filter(fiscal_year=fiscal_year).count()


def reasons(fiscal_year: int) -> dict[str, str]:
    """A reason for everything that may be accepted."""
    notices = run_checks(year_data(CITY, fiscal_year))
    return {f"accept_{one.code}": "試験のため" for one in notices if one.severity == "block" and one.acceptable}


def seen(page: str) -> str:
    """The hash that the page of the second step shows."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def test_a_year_is_frozen_in_two_steps(client: Client) -> None:
    imported("judgements", [judgement("E01", 4, "E2024-103", fiscal_year=2024, department_code="103")])
    typed = {"reason_ja": "判定を直したため", **reasons(2024)}
    page = client.post("/years/2024/freeze/", typed).content.decode()
    assert "この内容で凍結しますか" in page and "判定を直したため" in page
    assert versions(2024) == 2
    done = client.post("/years/2024/freeze/", {**typed, "seen": seen(page)}, follow=True).content.decode()
    assert "第3版として凍結しました" in done
    newest = FrozenYear.objects.filter(fiscal_year=2024).order_by("version").last()
    assert newest is not None and (newest.reason_ja, newest.sha256) == ("判定を直したため", seen(page))


def test_a_second_press_makes_no_second_version(client: Client) -> None:
    imported("judgements", [judgement("E01", 4, "E2024-103", fiscal_year=2024, department_code="103")])
    typed = {"reason_ja": "判定を直したため", **reasons(2024)}
    page = client.post("/years/2024/freeze/", typed).content.decode()
    for _press in range(2):
        answer = client.post("/years/2024/freeze/", {**typed, "seen": seen(page)}, follow=True)
    assert "新しい版は作りませんでした" in answer.content.decode()
    assert versions(2024) == 3


def test_a_later_version_wants_a_reason(client: Client) -> None:
    page = client.post("/years/2024/freeze/", reasons(2024)).content.decode()
    assert 'name="seen" value="' not in page
    assert "reason_ja_error" in page


def test_what_blocks_and_is_not_accepted_is_named(client: Client) -> None:
    page = client.post("/years/2025/freeze/", {"reason_ja": "", "accept_half_judged": ""}).content.decode()
    blocks = [one for one in run_checks(year_data(CITY, 2025)) if one.severity == "block"]
    assert blocks and blocks[0].message_ja in page
    assert versions(2025) == 0


def test_records_that_moved_on_are_not_frozen(client: Client) -> None:
    typed = {"reason_ja": "試験", **reasons(2024)}
    page = client.post("/years/2024/freeze/", typed).content.decode()
    imported("judgements", [judgement("E02", 4, "E2024-103", fiscal_year=2024, department_code="103")])
    answer = client.post("/years/2024/freeze/", {**typed, "seen": seen(page)}).content.decode()
    assert "ほかの人が記録を変えました" in answer
    assert versions(2024) == 2


def test_an_approval_is_recorded_in_two_steps(client: Client) -> None:
    typed = {"number": "総情第９号", "by_ja": "副市長", "approved_on": "2025-03-31", "version": "2"}
    page = client.post("/years/2024/confirm/", typed).content.decode()
    assert "この決裁を記録しますか" in page and "総情第９号" in page
    assert not Confirmation.objects.filter(frozen_year__fiscal_year=2024).exists()
    done = client.post("/years/2024/confirm/", {**typed, "is_sure": "1"}, follow=True).content.decode()
    assert "決裁を記録しました" in done
    again = client.post("/years/2024/confirm/", {**typed, "is_sure": "1"}).content.decode()
    assert "記録済み" in again
    assert Confirmation.objects.filter(frozen_year__fiscal_year=2024).count() == 1


def test_an_older_version_is_not_approved(client: Client) -> None:
    typed = {"number": "1", "by_ja": "副市長", "approved_on": "2025-03-31", "version": "1", "is_sure": "1"}
    assert "最新の第2版だけ" in client.post("/years/2024/confirm/", typed).content.decode()


@pytest.mark.parametrize("person", ["ciso", "auditor", "head"])
def test_who_only_reads_sees_no_button(person: str) -> None:
    page = browser_of(person).get("/years/2024/").content.decode()
    assert "/freeze/" not in page and "/confirm/" not in page
    assert "/freeze/" in browser_of("clerk").get("/years/2024/").content.decode()


def test_years_without_records_are_not_frozen(client: Client) -> None:
    assert client.get("/years/2019/freeze/").status_code == 404
    assert client.get("/years/2025/confirm/").status_code == 404
