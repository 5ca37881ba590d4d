
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('discussions', '0006_comments_on_passages'),
        ('moderation', '0010_hot_branches'),
    ]

    operations = [
        migrations.AddField(
            model_name='rule',
            name='told_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='rulehit',
            name='event',
            field=models.CharField(db_default='post', default='post', max_length=6),
        ),
        migrations.CreateModel(
            name='NetworkTrace',
            fields=[
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='discussions.comment')),
                ('network', models.CharField(max_length=32)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'network of a comment',
                'verbose_name_plural': 'networks of comments',
                'indexes': [models.Index(fields=['network'], name='comments_of_a_network')],
            },
        ),
        migrations.CreateModel(
            name='RuleDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('times', models.JSONField(default=dict)),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='moderation.rule')),
            ],
            options={
                'verbose_name': 'day of a rule',
                'verbose_name_plural': 'days of rules',
                'indexes': [models.Index(fields=['day'], name='rule_days')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'day'), name='rule_has_a_day_once')],
            },
        ),
        migrations.CreateModel(
            name='RuleMeasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('slow', 'branch slowed down'), ('close_thread', 'branch closed'), ('premoderate_author', 'author read first')], max_length=20)),
                ('minutes', models.PositiveSmallIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='discussions.comment')),
                ('hit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='moderation.rulehit')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='moderation.rule')),
                ('sanction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='moderation.sanction')),
            ],
            options={
                'verbose_name': 'measure of a rule',
                'verbose_name_plural': 'measures of rules',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('hit', 'kind'), name='rule_does_each_thing_once'), models.CheckConstraint(condition=models.Q(models.Q(('branch', None), ('kind', 'premoderate_author'), ('sanction__isnull', False)), models.Q(models.Q(('kind', 'premoderate_author'), _negated=True), ('branch__isnull', False), ('sanction', None)), _connector='OR'), name='rule_measure_is_about_a_branch_or_an_author')],
            },
        ),
    ]
