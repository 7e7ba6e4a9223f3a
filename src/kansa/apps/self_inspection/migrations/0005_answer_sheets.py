"""Sheets of workplaces, what they said, and mappings of past files."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_job_types'),
        ('self_inspection', '0004_kinds_and_job_types'),
        ('trail', '0003_place'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ja', models.CharField(max_length=100)),
                ('mapping', models.JSONField()),
                ('saved_by', models.CharField(max_length=100)),
                ('saved_at', models.DateTimeField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'name_ja'), name='self_inspection_mapping_once')],
            },
        ),
        migrations.CreateModel(
            name='SheetAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_late', models.BooleanField(default=False)),
                ('met', models.BigIntegerField()),
                ('applicable', models.BigIntegerField()),
                ('answered', models.BigIntegerField()),
                ('plane_0', models.BigIntegerField(default=0)),
                ('plane_1', models.BigIntegerField(default=0)),
                ('plane_2', models.BigIntegerField(default=0)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sheet_answers', to='self_inspection.campaign')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('member', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sheet_answers', to='self_inspection.campaignmember')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'campaign'], name='self_inspection_sheet_camp')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('member__isnull', False)), fields=('municipality', 'campaign', 'member'), name='self_inspection_sheet_answer_once'), models.CheckConstraint(condition=models.Q(('applicable__lte', models.F('answered')), ('met__gte', 0), ('met__lte', models.F('applicable'))), name='self_inspection_sheet_answer_masks')],
            },
        ),
        migrations.CreateModel(
            name='SheetIntake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('serial', models.CharField(max_length=32)),
                ('line_count', models.IntegerField()),
                ('is_late', models.BooleanField(default=False)),
                ('is_finished', models.BooleanField(default=True)),
                ('entered_by', models.CharField(max_length=100)),
                ('entered_at', models.DateTimeField()),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='intakes', to='self_inspection.campaign')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'campaign', 'department'], name='self_inspection_intake_dept')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'serial', 'is_late'), name='self_inspection_intake_once'), models.CheckConstraint(condition=models.Q(('line_count__gte', 0)), name='self_inspection_intake_lines')],
            },
        ),
    ]
