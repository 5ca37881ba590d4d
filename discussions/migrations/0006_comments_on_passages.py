from core.operations import AddCheckUnderLoad, AddIndexUnderLoad
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('discussions', '0005_passages'),
    ]

    operations = [
        AddIndexUnderLoad(
            model_name='comment',
            index=models.Index(condition=models.Q(('passage__isnull', False)), fields=['passage'], name='comments_on_a_passage'),
        ),
        AddCheckUnderLoad(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('passage', None), ('parent', None), _connector='OR'), name='only_roots_are_about_a_passage'),
        ),
    ]
