"""What may a log line hold? Where a fault happened and of which kind, never the values it happened with.

The text of a database error can quote a whole row (names, answers), so only the type of an exception is written.
"""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# The address of a slip or of begun answers, as far as it goes: even one that was cut off tells most of the key.
KEY_ADDRESS = re.compile(r"(/answer/key/)[^\s'\"]+")


class PlacesOnly(logging.Formatter):
    """Writes the frames and the type of an exception, without its message and without the messages it came from.

    No line holds a key of answers: beside its time, and with the secret key, it would lead to the row.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the keys in addresses left out."""
        return KEY_ADDRESS.sub(r"\1…/", super().format(record))

    def formatException(self, ei: ExcInfo) -> str:
        """Frames of the exception and of its causes, outermost first."""
        lines: list[str] = []
        fault: BaseException | None = ei[1]
        while fault is not None:
            lines.append(f"{type(fault).__module__}.{type(fault).__qualname__}")
            for frame in traceback.extract_tb(fault.__traceback__):
                lines.append(f"  {frame.filename}:{frame.lineno} {frame.name}")
            fault = fault.__cause__ or fault.__context__
        return "\n".join(lines)


def logging_settings(level: str) -> dict[str, object]:
    """Django's LOGGING: standard error only, times with zone; the Windows service or systemd keeps the file."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "places": {
                "()": "kansa.config.logs.PlacesOnly",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
                "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "places"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": level, "propagate": False},
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
        },
    }
