"""The first tables of `assessment`."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('controls', '0001_initial'),
        ('people', '0001_initial'),
        ('plan', '0001_initial'),
        ('trail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('state', models.CharField(max_length=20)),
                ('level', models.IntegerField(null=True)),
                ('reason_ja', models.TextField(default='')),
                ('evidence_ja', models.TextField(default='')),
                ('auditor_ja', models.CharField(default='', max_length=100)),
                ('engagement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='plan.engagement')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'item'], name='assessment_judgement_item')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'engagement', 'item'), name='assessment_judgement_once'), models.CheckConstraint(condition=models.Q(models.Q(('level__range', (0, 9)), ('state', 'judged')), models.Q(('level__isnull', True), ('state__in', ['not_applicable', 'not_judged'])), _connector='OR'), name='assessment_judgement_level')],
            },
        ),
    ]
