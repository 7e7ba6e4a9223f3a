"""Which parts of an address are more than text?"""

from __future__ import annotations

from django.urls import register_converter


class FiscalYearConverter:
    """Four digits of a year that a record can have; anything else is no address."""

    regex = "(?:19|20|21)[0-9]{2}"

    def to_python(self, value: str) -> int:
        """The year of the address."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The year in an address."""
        return str(value)


register_converter(FiscalYearConverter, "fiscal_year")
