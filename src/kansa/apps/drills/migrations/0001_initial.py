"""The first tables of `drills`."""

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
            name='Drill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.IntegerField()),
                ('code', models.CharField(max_length=40)),
                ('name_ja', models.CharField(default='', max_length=200)),
                ('questionnaire_ja', models.TextField(default='')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'code'), name='drills_drill_once'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='drills_drill_year')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('recipient_token', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField(null=True)),
                ('is_delivered', models.BooleanField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('clicked_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('reported_at', models.DateTimeField(null=True)),
                ('excluded_reason_ja', models.CharField(default='', max_length=200)),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
                ('drill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='drills.drill')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'department'], name='drills_delivery_department')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'drill', 'recipient_token'), name='drills_delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='DrillEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('recipient_token', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('drill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='drills.drill')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'drill', 'recipient_token', 'kind', 'at'), name='drills_event_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('sent', 'failed', 'opened', 'clicked', 'submitted', 'reported'))), name='drills_event_kind')],
            },
        ),
    ]
