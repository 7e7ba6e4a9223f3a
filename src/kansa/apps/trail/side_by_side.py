"""How does a page keep what two people typed when both opened the same thing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest


def version_of(request: HttpRequest, now: int) -> int:
    """The version that the form was opened with; of a form without one the newest."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else now


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what stands now differs from what was typed."""

    label: str
    now: str
    mine: str


def differences(form: forms.Form, now: Mapping[str, Any]) -> list[Difference]:
    """What two people wrote, side by side, after a save met a newer version."""
    found = []
    for name, value in now.items():
        if name not in form.fields:
            continue
        stands, typed = words_of(form, name, value), words_of(form, name, form[name].value())
        if stands != typed:
            found.append(Difference(str(form.fields[name].label), stands, typed))
    return found


def words_of(form: forms.Form, name: str, value: Any) -> str:
    """A value as the form shows it."""
    choices = getattr(form.fields[name], "choices", None)
    if choices:
        return {str(code): str(label) for code, label in choices}.get(str(value or ""), "－")
    return "－" if value in (None, "") else str(value)
