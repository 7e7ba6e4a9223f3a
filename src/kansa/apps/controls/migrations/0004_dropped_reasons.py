"""Why an item was dropped."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('controls', '0003_item_wordings'),
    ]

    operations = [
        migrations.AddField(
            model_name='controlitem',
            name='dropped_reason_ja',
            field=models.TextField(default=''),
        ),
    ]
