"""The first tables of `controls`."""

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
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.IntegerField()),
                ('stream', models.CharField(max_length=20)),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'stream'), name='controls_checklist_once'), models.CheckConstraint(condition=models.Q(('stream__in', ('external_audit', 'internal_audit', 'self_inspection'))), name='controls_checklist_stream'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='controls_checklist_year')],
            },
        ),
        migrations.CreateModel(
            name='ControlItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('code', models.CharField(max_length=40)),
                ('position', models.IntegerField()),
                ('bit', models.IntegerField(null=True)),
                ('domain_ja', models.CharField(max_length=120)),
                ('text_ja', models.TextField()),
                ('criteria_ja', models.TextField(default='')),
                ('lineage', models.CharField(max_length=10)),
                ('prior_code', models.CharField(default='', max_length=40)),
                ('same_as_code', models.CharField(default='', max_length=40)),
                ('is_editorial', models.BooleanField(default=False)),
                ('policy_clause', models.CharField(default='', max_length=200)),
                ('mic_number', models.CharField(default='', max_length=200)),
                ('jis_number', models.CharField(default='', max_length=200)),
                ('law_ja', models.CharField(default='', max_length=300)),
                ('edition_ja', models.CharField(default='', max_length=120)),
                ('content_sha256', models.CharField(max_length=64)),
                ('checklist', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='controls.checklist')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'checklist', 'position'], name='controls_item_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lineage', 'dropped'), _negated=True), fields=('municipality', 'checklist', 'code'), name='controls_item_once'), models.UniqueConstraint(condition=models.Q(('lineage', 'dropped')), fields=('municipality', 'checklist', 'code'), name='controls_dropped_once'), models.UniqueConstraint(fields=('municipality', 'checklist', 'bit'), name='controls_item_bit'), models.CheckConstraint(condition=models.Q(('lineage__in', ('carried', 'revised', 'added', 'dropped'))), name='controls_item_lineage'), models.CheckConstraint(condition=models.Q(('bit__isnull', True), ('bit__range', (0, 62)), _connector='OR'), name='controls_item_bit_range')],
            },
        ),
        migrations.CreateModel(
            name='FiscalYearRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('key', models.CharField(max_length=60)),
                ('value', models.TextField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'key'), name='controls_rule_once'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='controls_rule_year')],
            },
        ),
        migrations.CreateModel(
            name='ScaleLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('level', models.IntegerField()),
                ('label_ja', models.CharField(max_length=60)),
                ('criterion_ja', models.TextField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'level'), name='controls_level_once'), models.CheckConstraint(condition=models.Q(('level__range', (0, 9))), name='controls_level_digit'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='controls_level_year')],
            },
        ),
    ]
