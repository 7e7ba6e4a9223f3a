"""How are very many rows read without holding them all?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db.models import QuerySet


@contextmanager
def streamed(rows: QuerySet[Any, Any], at_once: int = 2000) -> Iterator[Iterator[Any]]:
    """The rows, `at_once` in memory, read inside the `with` only.

    PostgreSQL keeps a cursor open for them. A loop that breaks off would leave it to the garbage collector, which may
    close it in the middle of a later transaction and so abort that one; here it is closed when the block ends.
    """
    found: Any = rows.iterator(chunk_size=at_once)  # a generator, which Django promises as an iterator only
    with closing(found):
        yield found
