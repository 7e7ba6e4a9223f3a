"""The first tables of `plan`."""

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
            name='Engagement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('code', models.CharField(max_length=40)),
                ('stream', models.CharField(max_length=20)),
                ('method', models.CharField(max_length=30)),
                ('started_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('is_special', models.BooleanField(default=False)),
                ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='engagements', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'department'], name='plan_engagement_department')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'code'), name='plan_engagement_once'), models.CheckConstraint(condition=models.Q(('stream__in', ('external_audit', 'internal_audit'))), name='plan_engagement_stream'), models.CheckConstraint(condition=models.Q(('started_on__isnull', True), ('ended_on__isnull', True), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='plan_engagement_days'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='plan_engagement_year')],
            },
        ),
        migrations.CreateModel(
            name='EngagementAuditor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('reference', models.CharField(max_length=100)),
                ('engagement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='auditors', to='plan.engagement')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
                ('staff', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'engagement', 'reference'), name='plan_auditor_once')],
            },
        ),
        migrations.CreateModel(
            name='PlanCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('stream', models.CharField(max_length=20)),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='plan_cells', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'department'], name='plan_cell_department')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'department', 'stream'), name='plan_cell_once'), models.CheckConstraint(condition=models.Q(('stream__in', ('external_audit', 'internal_audit'))), name='plan_cell_stream'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='plan_cell_year')],
            },
        ),
        migrations.CreateModel(
            name='TrainingAttendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('kind', models.CharField(max_length=20)),
                ('title_ja', models.CharField(max_length=200)),
                ('held_on', models.DateField()),
                ('minutes', models.IntegerField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
                ('staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='people.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'kind', 'title_ja', 'held_on', 'staff'), name='plan_training_once'), models.CheckConstraint(condition=models.Q(('minutes__gte', 0)), name='plan_training_minutes'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='plan_training_year')],
            },
        ),
    ]
