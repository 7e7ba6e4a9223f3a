"""What was tried and what came of it is append-only: the database itself refuses to change or delete it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations

GUARDED = ("mail_mailattempt",)


def forwards(apps: Any, schema_editor: Any) -> None:
    """Guards the attempts."""
    import_module("kansa.apps.trail.migrations.0002_guards").create_guards(schema_editor, GUARDED)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Unguards the attempts."""
    import_module("kansa.apps.trail.migrations.0002_guards").drop_guards(schema_editor, GUARDED)


class Migration(migrations.Migration):
    """Triggers of the attempts."""

    dependencies = [("mail", "0001_batches"), ("trail", "0002_guards")]
    operations = [migrations.RunPython(forwards, backwards)]
