"""Does every mail leave once, in its window, approved, to us only? smtp-sink's own dump is the witness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kansa.apps.mail.actions import send_slice
from kansa.apps.mail.queries import counts_of, states_of
from tests.cast import CITY
from tests.mailing import batch_of, needs_sink, people, relay_at, running_sink

pytestmark = [needs_sink, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _city(city: Any) -> None:
    """A municipality."""


def test_everybody_gets_one_mail(tmp_path: Path) -> None:
    with running_sink(tmp_path / "d") as sink:
        made = batch_of(relay_at(sink.port), people(20))
        result = send_slice(CITY, made.batch.pk)
        mails = sink.mails()
    assert result.ending == "over"
    assert sorted(mail.recipient for mail in mails) == [one.address for one in people(20)]
    assert len({mail.message_id for mail in mails}) == len({mail.sender for mail in mails}) == 20
    assert counts_of(made.batch).states["accepted"] == 20
    assert set(states_of(made.batch)) == set(made.tokens)
    tokens = {token for token in made.tokens if any(token in mail.text for mail in mails)}
    assert tokens == set(made.tokens)
