"""The first tables of `self_inspection`."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('controls', '0001_initial'),
        ('people', '0001_initial'),
        ('trail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DepartmentTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('respondent_count', models.IntegerField()),
                ('checklist', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='controls.checklist')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'checklist', 'department'), name='self_inspection_department_once'), models.CheckConstraint(condition=models.Q(('respondent_count__gte', 1)), name='self_inspection_respondents')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('respondent_token', models.CharField(max_length=64)),
                ('met', models.BigIntegerField()),
                ('applicable', models.BigIntegerField()),
                ('answered', models.BigIntegerField()),
                ('checklist', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='controls.checklist')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'department'], name='self_inspection_response_dept')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'checklist', 'respondent_token'), name='self_inspection_response_once'), models.CheckConstraint(condition=models.Q(('applicable__lte', models.F('answered')), ('met__gte', 0), ('met__lte', models.F('applicable'))), name='self_inspection_response_masks')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('yes_count', models.IntegerField()),
                ('no_count', models.IntegerField()),
                ('not_applicable_count', models.IntegerField()),
                ('blank_count', models.IntegerField()),
                ('department_tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='self_inspection.departmenttally')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'item'], name='self_inspection_tally_item')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'department_tally', 'item'), name='self_inspection_tally_once'), models.CheckConstraint(condition=models.Q(('blank_count__gte', 0), ('no_count__gte', 0), ('not_applicable_count__gte', 0), ('yes_count__gte', 0)), name='self_inspection_tally_counts')],
            },
        ),
        migrations.CreateModel(
            name='TallySource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('rows', models.TextField()),
                ('department_tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='self_inspection.departmenttally')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'department_tally', 'source_file', 'sheet'), name='self_inspection_source_once')],
            },
        ),
    ]
