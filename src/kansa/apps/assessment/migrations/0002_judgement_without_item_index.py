"""No query looks for judgements by their item alone; the index only made every import slower."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='judgement',
            name='assessment_judgement_item',
        ),
    ]
