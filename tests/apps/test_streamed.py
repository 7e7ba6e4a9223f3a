"""Is the cursor of a loop that breaks off closed at once, and not by the garbage collector?"""

from __future__ import annotations

import pytest
from django.db import connection

from kansa.apps.people.models import Department
from kansa.apps.trail.queries import streamed
from tests.builders import department, imported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
CODES = ["101", "102", "103"]


def open_cursors() -> int:
    """Cursors that PostgreSQL keeps for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        return int(cursor.fetchone()[0])


def test_the_rows_come_in_order() -> None:
    imported("departments", [department(code) for code in CODES])
    with streamed(Department.objects.order_by("code"), 2) as found:
        assert [one.code for one in found] == CODES


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps no cursor on a server")
def test_a_loop_that_breaks_off_leaves_no_cursor() -> None:
    imported("departments", [department(code) for code in CODES])
    rows = Department.objects.order_by("code")
    bare = rows.iterator(chunk_size=1)
    next(bare)
    assert open_cursors() == 1  # what `streamed` is there for
    bare.close()
    with pytest.raises(RuntimeError) as caught, streamed(rows, 1) as found:
        next(found)
        raise RuntimeError("broken off")
    assert caught.tb is not None  # it still holds the frames of the loop
    assert open_cursors() == 0
