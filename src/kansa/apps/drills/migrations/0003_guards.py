"""Raw hits are append-only: no change ever, and deletion only when their campaign was closed and counts took their place."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLE, CAMPAIGN = "drills_drillhit", "drills_drillcampaign"
REFUSAL = f"append-only table {TABLE}"
OPEN = f"(SELECT state FROM {CAMPAIGN} WHERE id = OLD.campaign_id) <> 'closed'"


def forwards(apps: Any, schema_editor: Any) -> None:
    """Creates the triggers, on SQLite and PostgreSQL."""
    if schema_editor.connection.vendor == "postgresql":
        statements = [
            "CREATE OR REPLACE FUNCTION kansa_keep_hit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN IF {OPEN} THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{REFUSAL}'; END $$",
            f"CREATE TRIGGER {TABLE}_rows BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION kansa_keep_hit()",
            f"CREATE TRIGGER {TABLE}_all BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kansa_keep_hit()",
        ]
    else:
        statements = [
            f"CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
            f"CREATE TRIGGER {TABLE}_delete BEFORE DELETE ON {TABLE} WHEN {OPEN} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        ]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Takes the triggers away again."""
    postgres = schema_editor.connection.vendor == "postgresql"
    for suffix in ("rows", "all") if postgres else ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_{suffix}" + (f" ON {TABLE}" if postgres else ""))


class Migration(migrations.Migration):
    """Triggers of the raw hits."""

    dependencies = [("drills", "0002_campaigns")]
    operations = [migrations.RunPython(forwards, backwards)]
