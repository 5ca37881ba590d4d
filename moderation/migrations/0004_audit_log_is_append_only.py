from django.db import migrations

from moderation import triggers


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_cases")]

    operations = [migrations.RunPython(triggers.create, triggers.drop)]
