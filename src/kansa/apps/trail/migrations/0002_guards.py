"""Events and seals are append-only: the database itself refuses to change or delete them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

GUARDED = ("trail_event", "trail_seal")
REFUSAL = "append-only table"


def create_guards(schema_editor: Any, tables: tuple[str, ...] = GUARDED) -> None:
    """Creates the triggers of each table, on SQLite and PostgreSQL."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION kansa_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL} %%', TG_TABLE_NAME; END $$",
            params=(),
        )
        for table in tables:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION kansa_refuse_change()"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_all BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION kansa_refuse_change()"
            )
        return
    for table in tables:
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL} {table}'); END"
            )


def drop_guards(schema_editor: Any, tables: tuple[str, ...] = GUARDED) -> None:
    """Takes the triggers away again (backwards migration)."""
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in tables:
        for suffix in ("rows", "all") if postgres else ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{suffix}" + (f" ON {table}" if postgres else ""))


def forwards(apps: Any, schema_editor: Any) -> None:
    """Guards the trail."""
    create_guards(schema_editor)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Unguards the trail."""
    drop_guards(schema_editor)


class Migration(migrations.Migration):
    """Triggers of the trail."""

    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
