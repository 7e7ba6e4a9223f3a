"""Does a hit become one row and nothing else, whoever comes, and does a page tell nothing about a person?"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kansa.apps.drills.actions import open_questionnaire
from kansa.apps.drills.models import DrillAnswer, DrillHit
from kansa.apps.drills.queries.landing import PAGES
from kansa.apps.drills.views import landing
from kansa.apps.people.models import Account
from tests.cast import CLERK, browser_of, sign_up
from tests.drilling import build_people, build_sent, tokens_of

pytestmark = pytest.mark.django_db
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0) Chrome/120"}


@pytest.fixture(autouse=True)
def fresh(city: object) -> None:
    PAGES.clear()
    landing.BY_TOKEN.counts.clear()
    landing.UNKNOWN.counts.clear()


def test_each_link_leaves_its_kind_of_hit_and_a_head_request_only_fetched() -> None:
    token = next(iter(tokens_of(build_sent(build_people({"101": 2}))).values()))
    client = Client(**BROWSER)
    for path in ("", "p.png", "a", "a.png", "c", "r"):
        assert client.get(f"/m/{token}/{path}").status_code == 200
    assert client.head(f"/m/{token}/").status_code == 200
    assert client.post(f"/m/{token}/read", {"password": "ひみつ"}).status_code == 200
    kinds = list(DrillHit.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["clicked", "opened", "attached", "attached", "canary", "reported", "fetched", "confirmed"]
    assert token not in "".join(DrillHit.objects.values_list("event_token", flat=True))
    client.get(f"/m/{token}/", HTTP_SEC_PURPOSE="prefetch")
    assert DrillHit.objects.order_by("pk").last().prefetch == "prefetch"


@pytest.mark.parametrize("count", [2, 40])
def test_a_hit_takes_two_queries_however_many_recipients_there_are(count: int) -> None:
    token = next(iter(tokens_of(build_sent(build_people({"101": count}))).values()))
    client = Client(**BROWSER)
    client.get(f"/m/{token}/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(f"/m/{token}/")
    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["SELECT", "INSERT"]
    assert not response.cookies and "Set-Cookie" not in response.headers


def test_somebody_signed_in_is_met_without_a_session_too() -> None:
    token = next(iter(tokens_of(build_sent(build_people({"101": 1, "102": 1}))).values()))
    sign_up("clerk")
    client = browser_of("clerk")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/m/{token}/p.png")
    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["SELECT", "INSERT"]
    assert Account.objects.exists()


def test_a_made_up_token_is_a_plain_404_and_soon_a_429() -> None:
    token = next(iter(tokens_of(build_sent(build_people({"101": 1}))).values()))
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    client = Client(**BROWSER)
    for path in (f"/m/{other}/", f"/m/{other}/p.png", "/m/1-short/", "/q/1-short/"):
        response = client.get(path)
        assert (response.status_code, response.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    for number in range(landing.UNKNOWN.most):
        client.get(f"/m/1-{number:022}/")
    assert client.get(f"/m/1-{'x' * 22}/").status_code == 429
    assert client.get(f"/m/{token}/").status_code == 200  # who holds a token is not shut out with the guesser
    for _ in range(landing.BY_TOKEN.most):
        response = client.get(f"/m/{token}/")
    assert response.status_code == 429
    assert DrillHit.objects.count() == landing.BY_TOKEN.most
    assert client.post(f"/m/{token}/read", b"x" * 5000, content_type="text/plain").status_code == 413


def test_the_reveal_page_explains_the_cues_and_has_no_field() -> None:
    campaign = build_sent(build_people({"101": 1}))
    ((number, token),) = tokens_of(campaign).items()
    response = Client(**BROWSER).get(f"/m/{token}/")
    text = response.content.decode()
    assert "これは訓練メールでした" in text and "<mark>【至急】</mark>" in text and "内線2345" in text
    for barred in ("<input", "<script", "<textarea", "password", token, number, "（氏名） さん"):
        assert barred not in text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_links_end_with_their_day() -> None:
    campaign = build_sent(build_people({"101": 1}))
    token = next(iter(tokens_of(campaign).values()))
    campaign.closes_at = campaign.reveals_until = campaign.opens_at.replace(year=campaign.opens_at.year + 1)
    campaign.opens_at = campaign.opens_at.replace(year=campaign.opens_at.year - 2)
    campaign.closes_at = campaign.reveals_until = campaign.opens_at.replace(month=12, day=31)
    campaign.save()
    assert Client(**BROWSER).get(f"/m/{token}/").status_code == 404
    assert DrillHit.objects.count() == 0


def test_raw_hits_cannot_be_changed_or_removed() -> None:
    token = next(iter(tokens_of(build_sent(build_people({"101": 1}))).values()))
    Client(**BROWSER).get(f"/m/{token}/")
    for act in (lambda: DrillHit.objects.update(kind="opened"), lambda: DrillHit.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert DrillHit.objects.get().kind == "clicked"


def test_the_questionnaire_keeps_an_answer_apart_from_everybody() -> None:
    campaign = build_sent(build_people({"101": 1}))
    token = open_questionnaire(CLERK, campaign.pk, campaign.keep_until)
    client = Client(**BROWSER)
    assert "無記名" in client.get(f"/q/{token}/").content.decode()
    assert client.post(f"/q/{token}/", {"noticed": "???"}).status_code == 200
    assert client.post(f"/q/{token}/", {"noticed": "noticed_before", "department": "101"}).status_code == 200
    answer = DrillAnswer.objects.get()
    assert (answer.noticed, answer.department.code) == ("noticed_before", "101")
    assert {field.name for field in DrillAnswer._meta.fields} == {
        *("id", "municipality", "campaign", "department", "noticed")
    }
    assert DrillHit.objects.count() == 0
