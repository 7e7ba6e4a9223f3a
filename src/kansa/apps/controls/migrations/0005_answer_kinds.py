"""Of what kind is an answer, and whom is an item asked?"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('controls', '0004_dropped_reasons'),
        ('people', '0005_job_types'),
        ('trail', '0003_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='controlitem',
            name='answer_kind',
            field=models.CharField(default='yes_no', max_length=10),
        ),
        migrations.AddField(
            model_name='controlitem',
            name='asked_of',
            field=models.CharField(default='', max_length=300),
        ),
        migrations.AddField(
            model_name='controlitem',
            name='levels_ja',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='controlitem',
            name='met_from',
            field=models.IntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='controlitem',
            constraint=models.CheckConstraint(condition=models.Q(('answer_kind__in', ('yes_no', 'scale', 'comment'))), name='controls_item_answer_kind'),
        ),
        migrations.AddConstraint(
            model_name='controlitem',
            constraint=models.CheckConstraint(condition=models.Q(('met_from', 0), models.Q(('answer_kind', 'scale'), ('met_from__range', (1, 7))), _connector='OR'), name='controls_item_met_from'),
        ),
    ]
