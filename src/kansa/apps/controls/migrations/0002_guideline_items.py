"""The items of the national guideline, by edition."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('controls', '0001_initial'),
        ('people', '0001_initial'),
        ('trail', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='GuidelineItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('edition_ja', models.CharField(max_length=120)),
                ('number', models.CharField(max_length=40)),
                ('position', models.IntegerField()),
                ('requirement', models.CharField(max_length=12)),
                ('chapter_ja', models.CharField(default='', max_length=300)),
                ('text_ja', models.TextField()),
                ('documents_ja', models.TextField(default='')),
                ('procedure_ja', models.TextField(default='')),
                ('example_number', models.CharField(default='', max_length=200)),
                ('jis_number', models.CharField(default='', max_length=200)),
                ('note_ja', models.TextField(default='')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'edition_ja', 'position'], name='controls_guideline_order')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'edition_ja', 'number'), name='controls_guideline_item_once'), models.CheckConstraint(condition=models.Q(('requirement__in', ('required', 'recommended'))), name='controls_guideline_requirement')],
            },
        ),
    ]
