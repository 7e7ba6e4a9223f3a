"""A decision is never changed or deleted: the database itself refuses."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations

GUARDED = ("diagnosis_decision",)


def forwards(apps: Any, schema_editor: Any) -> None:
    """Guards the decisions."""
    import_module("kansa.apps.trail.migrations.0002_guards").create_guards(schema_editor, GUARDED)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Unguards the decisions."""
    import_module("kansa.apps.trail.migrations.0002_guards").drop_guards(schema_editor, GUARDED)


class Migration(migrations.Migration):
    """Triggers of the decisions."""

    dependencies = [("diagnosis", "0001_initial"), ("trail", "0002_guards")]
    operations = [migrations.RunPython(forwards, backwards)]
