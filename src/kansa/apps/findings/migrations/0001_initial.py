"""The first tables of `findings`."""

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
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('code', models.CharField(max_length=40)),
                ('stream', models.CharField(max_length=20)),
                ('classification', models.CharField(max_length=20)),
                ('title_ja', models.CharField(max_length=300)),
                ('fact_ja', models.TextField(default='')),
                ('network_zone', models.CharField(default='', max_length=20)),
                ('treatment', models.CharField(default='', max_length=10)),
                ('weighed', models.CharField(default='', max_length=60)),
                ('recurrence_of', models.CharField(default='', max_length=40)),
                ('is_lateral_rollout', models.BooleanField(default=False)),
                ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='people.department')),
                ('engagement', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='plan.engagement')),
                ('item', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'department'], name='findings_finding_department'), models.Index(fields=['municipality', 'engagement'], name='findings_finding_engagement'), models.Index(fields=['municipality', 'item'], name='findings_finding_item')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'code'), name='findings_finding_once'), models.CheckConstraint(condition=models.Q(('stream__in', ('external_audit', 'internal_audit', 'technical_diagnosis'))), name='findings_finding_stream'), models.CheckConstraint(condition=models.Q(('classification__in', ['detection', 'recommendation'])), name='findings_finding_class'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='findings_finding_year')],
            },
        ),
        migrations.CreateModel(
            name='ImprovementPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('measure_ja', models.TextField(default='')),
                ('planned_on', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('promised_fiscal_year', models.IntegerField(null=True)),
                ('improved_on', models.DateField(null=True)),
                ('verified_on', models.DateField(null=True)),
                ('verifier_ja', models.CharField(default='', max_length=100)),
                ('finding', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='improvement_plans', to='findings.finding')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'finding'), name='findings_plan_once'), models.CheckConstraint(condition=models.Q(('verified_on__isnull', True), ('improved_on__isnull', False), _connector='OR'), name='findings_plan_verified')],
            },
        ),
    ]
