from django.db import migrations, models

from core.operations import AddIndexUnderLoad


class Migration(migrations.Migration):

    # The index is made beside the writers, and PostgreSQL does that outside transactions only.
    atomic = False

    dependencies = [
        ("core", "0002_outbox_request_and_last_run"),
    ]

    operations = [
        AddIndexUnderLoad(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("failed_at__isnull", False)), fields=["topic"], name="outbox_failed"
            ),
        ),
    ]
