"""Are the papers of planning filled in on a page and taken away as files?"""

from __future__ import annotations

import pytest

from tests.cast import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

LAP = "/plans/2023/plan/"
ANNUAL = "/plans/2023/annual/2024/"


@pytest.mark.parametrize(("page", "field"), [(LAP, "基本方針"), (ANNUAL, "重点項目")])
def test_the_office_types_over_what_the_records_say(page: str, field: str) -> None:
    clerk = browser_of("clerk")
    before = clerk.get(page).content.decode()
    assert field in before
    assert "（記録から）" in before
    answer = clerk.post(page, {"version": "0", field: "市長の指示による。", "文書番号": "情政第１号"}, follow=True)
    shown = answer.content.decode()
    assert "文書の内容を保存しました。" in shown
    assert "市長の指示による。" in shown
    # The page was made from version 0; somebody else saved version 1 meanwhile.
    late = clerk.post(page, {"version": "0", field: "別の文"}, follow=True).content.decode()
    assert "ほかの人が保存しました" in late
    assert "別の文" not in clerk.get(page).content.decode()


@pytest.mark.parametrize("page", [LAP, ANNUAL])
def test_files_come_under_their_japanese_names(page: str) -> None:
    ciso = browser_of("ciso")
    for form, first in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = ciso.get(f"{page}{form}/")
        assert answer.content.startswith(first)
        assert f".{form}" in answer.headers["Content-Disposition"]
        assert "filename*=UTF-8''%E" in answer.headers["Content-Disposition"]
    assert ciso.get(f"{page}odt/").status_code == 404
    assert ciso.post(page, {"version": "0"}).status_code == 403
    assert browser_of("head").get(page).status_code == 403
