"""The table behind Django's cache: failed sign-ins are counted there, for every process of the server alike."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import migrations


def forwards(apps: Any, schema_editor: Any) -> None:
    """Makes the table; nothing when it is there."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """One table without a model."""

    dependencies = [("people", "0002_accounts")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
