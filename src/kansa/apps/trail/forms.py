"""How does a page ask who acts, tell what was refused, and keep what two people typed about the same thing?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from kansa.core.errors import InputError, RuleError
from kansa.core.permission import Actor, can

Made = TypeVar("Made")


def actor_of_request(request: HttpRequest) -> Actor:
    """The person who signed in. Raises PermissionDenied for a request without one."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise PermissionDenied
    return actor


def permitted(request: HttpRequest, *verbs: str) -> Actor:
    """The first line of a view: the person, who may do at least one of the verbs. Raises PermissionDenied (403)."""
    actor = actor_of_request(request)
    if not any(can(actor, verb) for verb in verbs):
        raise PermissionDenied
    return actor


def attempt(request: HttpRequest, act: Callable[[], Made], done_ja: str = "") -> Made | None:
    """Does an act of a page without fields and tells how it went above the next page; None when it was refused.

    Raises PermissionDenied when the person may not do it at all.
    """
    try:
        made = act()
    except RuleError as fault:
        if fault.code == "not_allowed":
            raise PermissionDenied from fault
        messages.error(request, fault.reason_ja)
        return None
    except InputError as fault:
        for refusal in fault.refusals:
            messages.error(request, refusal.ja())
        return None
    if done_ja:
        messages.success(request, done_ja)
    return made


def submit(form: forms.Form, act: Callable[[], Made]) -> Made | None:
    """Does the act of a valid form; what is refused stands at its field, or above the form. None when refused.

    A refusal belongs to the field whose label is the place's column. Raises PermissionDenied as `attempt`.
    """
    if not form.is_valid():
        return None
    labels = {str(field.label): name for name, field in form.fields.items()}
    try:
        return act()
    except RuleError as fault:
        if fault.code == "not_allowed":
            raise PermissionDenied from fault
        form.add_error(None, fault.reason_ja)
    except InputError as fault:
        for refusal in fault.refusals:
            name = labels.get(refusal.place.column)
            form.add_error(name, refusal.reason_ja if name else refusal.ja())
    return None


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
