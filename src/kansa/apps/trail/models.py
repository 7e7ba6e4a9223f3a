"""Which file did a row come from, who did what, and has the record been touched since?

`Event` and `Seal` are append-only: triggers of migration 0002 refuse UPDATE and DELETE on both databases.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models

from kansa.core.permission import Actor


class TenantQuerySet(models.QuerySet):
    """Rows of a table that carries `municipality_id`."""

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows of the actor's municipality."""
        return self.filter(municipality_id=actor.municipality_id)


class SourceFile(models.Model):
    """A file somebody handed in; its original bytes lie in the storage under `stored_name`, each content once."""

    municipality_id = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=40)
    size = models.BigIntegerField()
    stored_name = models.CharField(max_length=200)
    is_restricted = models.BooleanField()  # names persons: kept in the restricted storage until `keep_until`
    keep_until = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality_id", "sha256"], name="trail_file_once"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="trail_file_size"),
        ]


class FromFile(models.Model):
    """A row that was imported: file, sheet and row number as Excel shows it; all empty when it was typed in."""

    source_file = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    sheet = models.CharField(max_length=120, default="")
    row = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Event(models.Model):
    """One act of one person. Personal data never stands in `before` or `after`."""

    municipality_id = models.IntegerField()
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=100)
    actor_role = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_key = models.CharField(max_length=200)
    before = models.JSONField()
    after = models.JSONField()
    request_id = models.CharField(max_length=64)
    # Nullable without a default, so that SQLite adds the column without making the guarded table anew.
    place = models.CharField(max_length=64, null=True)  # network address the act came from; None at the console

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["municipality_id", "id"], name="trail_event_order"),
            models.Index(fields=["municipality_id", "object_kind", "object_key"], name="trail_event_object"),
        ]


class Seal(models.Model):
    """A link of the municipality's hash chain over the events `first_event`..`last_event`."""

    municipality_id = models.IntegerField()
    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField()
    event_count = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality_id", "last_event"], name="trail_seal_last"),
            models.UniqueConstraint(fields=["municipality_id", "previous_sha256"], name="trail_seal_link"),
            models.CheckConstraint(
                condition=models.Q(last_event__gte=models.F("first_event"), event_count__gte=1),
                name="trail_seal_range",
            ),
        ]
