"""Job types of answers and tallies, levels of scales, and comments."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('controls', '0005_answer_kinds'),
        ('people', '0005_job_types'),
        ('self_inspection', '0003_paper_entries'),
        ('trail', '0003_place'),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment_token', models.CharField(max_length=64)),
                ('text_ja', models.TextField()),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='self_inspection.campaign')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'item', 'comment_token'), name='self_inspection_comment_once')],
            },
        ),
        migrations.CreateModel(
            name='TallyLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.IntegerField()),
                ('level_count', models.IntegerField()),
                ('department_tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='self_inspection.departmenttally')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'item'], name='self_inspection_level_item')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'department_tally', 'item', 'level'), name='self_inspection_level_once'), models.CheckConstraint(condition=models.Q(('level__range', (1, 7)), ('level_count__gte', 1)), name='self_inspection_level_counts')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='departmenttally',
            name='self_inspection_department_once',
        ),
        migrations.AddField(
            model_name='campaign',
            name='job_types',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='campaignmember',
            name='counted_as',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='campaignmember',
            name='job_type',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='departmenttally',
            name='job_type',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='response',
            name='job_type',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='response',
            name='plane_0',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='response',
            name='plane_1',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='response',
            name='plane_2',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='slip',
            name='job_type',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddConstraint(
            model_name='departmenttally',
            constraint=models.UniqueConstraint(fields=('municipality', 'checklist', 'department', 'job_type'), name='self_inspection_department_once'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(('plane_0__gte', 0), ('plane_0__lte', models.F('answered')), ('plane_1__gte', 0), ('plane_1__lte', models.F('answered')), ('plane_2__gte', 0), ('plane_2__lte', models.F('answered'))), name='self_inspection_response_planes'),
        ),
    ]
