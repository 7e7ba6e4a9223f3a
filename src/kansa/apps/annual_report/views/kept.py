"""What was made a moment ago and need not be made again?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The last few results by key, in this process only.

    Keys carry the hash of the frozen bytes, so a kept result can never be out of date.
    """

    def __init__(self, at_most: int) -> None:
        self.at_most = at_most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The kept value, or a new one. Two threads that ask at once may both make it; that only costs time."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.at_most:
                self._values.popitem(last=False)
        return value

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._values.clear()
