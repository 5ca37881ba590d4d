import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0001_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="LastRun",
            fields=[
                (
                    "name",
                    models.CharField(
                        max_length=100, primary_key=True, serialize=False, verbose_name="entry of the schedule"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begun")),
            ],
            options={
                "verbose_name": "run of the schedule",
                "verbose_name_plural": "runs of the schedule",
            },
        ),
        migrations.AddField(
            model_name="outbox",
            name="request_id",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=64, verbose_name="request"
            ),
        ),
    ]
