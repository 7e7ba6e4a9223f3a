"""Does every table keep the municipalities apart? Their key is in every table and first in every index."""

from __future__ import annotations

from collections.abc import Iterator

import django.apps
from django.db import models

# The municipality itself has no owner.
WITHOUT_OWNER = {"people.Municipality"}
OWNER = ("municipality", "municipality_id")


def tables() -> list[type[models.Model]]:
    """Every table of kansa."""
    found = [model for model in django.apps.apps.get_models() if model.__module__.startswith("kansa.")]
    return sorted(found, key=lambda model: model._meta.label)


def is_without_owner(model: type[models.Model]) -> bool:
    names = {field.name for field in model._meta.fields}
    return model._meta.label not in WITHOUT_OWNER and not names & set(OWNER)


def is_not_led_by_owner(label: str, options: models.options.Options) -> Iterator[str]:  # type: ignore[type-arg]
    """Indexes and unique constraints that begin with another column."""
    for index in options.indexes:
        if index.fields and index.fields[0].lstrip("-") not in OWNER:
            yield f"{label}: index {index.name} begins with {index.fields[0]}"
    for constraint in options.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.fields[0] not in OWNER:
            yield f"{label}: unique constraint {constraint.name} begins with {constraint.fields[0]}"
    if options.unique_together:
        yield f"{label}: unique_together, use a named UniqueConstraint"


def test_every_table_names_its_municipality() -> None:
    assert tables()
    assert [model._meta.label for model in tables() if is_without_owner(model)] == []


def test_the_municipality_leads_every_index() -> None:
    owned = [model for model in tables() if model._meta.label not in WITHOUT_OWNER]
    assert [fault for model in owned for fault in is_not_led_by_owner(model._meta.label, model._meta)] == []


def test_an_index_led_by_another_column_is_found() -> None:
    options = models.options.Options(None)
    options.indexes = [models.Index(fields=["-code", "municipality"], name="i")]
    options.constraints = [models.UniqueConstraint(fields=["code"], name="u")]
    assert len(list(is_not_led_by_owner("people.Department", options))) == 2
    options.indexes = [models.Index(fields=["municipality", "code"], name="i")]
    options.constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="u")]
    assert list(is_not_led_by_owner("people.Department", options)) == []


def test_a_table_without_owner_is_found() -> None:
    municipality = next(model for model in tables() if model._meta.label in WITHOUT_OWNER)
    assert not is_without_owner(municipality)
    assert is_without_owner(type("Stray", (), {"_meta": type("Meta", (), {"label": "x.Stray", "fields": []})}))
