"""Which job type does a person have?"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_account_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='staffmember',
            name='job_type',
            field=models.CharField(default='', max_length=200),
        ),
    ]
