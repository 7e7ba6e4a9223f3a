"""The first tables of `annual_report`."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('trail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrozenYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.IntegerField()),
                ('version', models.IntegerField()),
                ('schema', models.IntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('body', models.BinaryField()),
                ('reason_ja', models.TextField()),
                ('frozen_by', models.CharField(max_length=100)),
                ('frozen_at', models.DateTimeField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'version'), name='annual_report_frozen_once'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='annual_report_frozen_version'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='annual_report_frozen_year')],
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approved_on', models.DateField()),
                ('approval_number', models.CharField(max_length=100)),
                ('approved_by_ja', models.CharField(max_length=100)),
                ('recorded_by', models.CharField(max_length=100)),
                ('recorded_at', models.DateTimeField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('frozen_year', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='annual_report.frozenyear')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'frozen_year'), name='annual_report_confirmed_once')],
            },
        ),
        migrations.CreateModel(
            name='PublishedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('figure_id', models.CharField(max_length=120)),
                ('shown', models.TextField()),
                ('value', models.CharField(default='', max_length=60)),
                ('places', models.IntegerField(default=0)),
                ('unit', models.CharField(default='', max_length=20)),
                ('is_approximate', models.BooleanField(default=False)),
                ('document_ja', models.CharField(max_length=200)),
                ('page', models.CharField(default='', max_length=40)),
                ('line', models.CharField(default='', max_length=40)),
                ('quote_ja', models.TextField(default='')),
                ('published_on', models.DateField(null=True)),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'figure_id'), name='annual_report_published_once'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='annual_report_published_year')],
            },
        ),
    ]
