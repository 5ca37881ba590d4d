"""What the database itself refuses: changing or deleting a line of the audit log."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "moderation_auditentry"
WORDS = "the audit log is append-only"

FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
TRIGGER = f"""
CREATE OR REPLACE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()
"""
CREATE = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS audit_log_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [FUNCTION, TRIGGER],
}
DROP = {
    "sqlite": [f"DROP TRIGGER IF EXISTS audit_log_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS audit_log_no_change ON {TABLE}",
        "DROP FUNCTION IF EXISTS audit_log_refuse()",
    ],
}


def create(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers; for `RunPython`."""
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away; for `RunPython` and for the flush of a test database."""
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
