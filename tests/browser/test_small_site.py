"""Do all pages work on the small screen of a phone?"""

from __future__ import annotations

import pytest

from tests.browser.test_site import WIDTHS, Window, look_at_every_page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]


def test_every_page_is_light_fits_and_is_easy_to_hit_on_a_small_screen(site: str, window: Window) -> None:
    look_at_every_page(site, window, WIDTHS[1])
