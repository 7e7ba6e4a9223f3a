"""The first tables of `trail`."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality_id', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('actor_name', models.CharField(max_length=100)),
                ('actor_role', models.CharField(max_length=40)),
                ('verb', models.CharField(max_length=40)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_key', models.CharField(max_length=200)),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('request_id', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['municipality_id', 'id'], name='trail_event_order'), models.Index(fields=['municipality_id', 'object_kind', 'object_key'], name='trail_event_object')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality_id', models.IntegerField()),
                ('first_event', models.BigIntegerField()),
                ('last_event', models.BigIntegerField()),
                ('event_count', models.IntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('previous_sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality_id', 'last_event'), name='trail_seal_last'), models.UniqueConstraint(fields=('municipality_id', 'previous_sha256'), name='trail_seal_link'), models.CheckConstraint(condition=models.Q(('event_count__gte', 1), ('last_event__gte', models.F('first_event'))), name='trail_seal_range')],
            },
        ),
        migrations.CreateModel(
            name='SourceFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality_id', models.IntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=255)),
                ('kind', models.CharField(max_length=40)),
                ('size', models.BigIntegerField()),
                ('stored_name', models.CharField(max_length=200)),
                ('is_restricted', models.BooleanField()),
                ('keep_until', models.DateField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality_id', 'sha256'), name='trail_file_once'), models.CheckConstraint(condition=models.Q(('size__gte', 0)), name='trail_file_size')],
            },
        ),
    ]
