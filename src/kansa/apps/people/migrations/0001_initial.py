"""The first tables of `people`."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('trail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Municipality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ja', models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('code', models.CharField(max_length=40)),
                ('name_ja', models.CharField(max_length=120)),
                ('bureau_ja', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=20)),
                ('valid_from', models.IntegerField()),
                ('valid_to', models.IntegerField(null=True)),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'code', 'valid_from'), name='people_department_once'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='people_department_years'), models.CheckConstraint(condition=models.Q(('valid_from__range', (1990, 2200))), name='people_department_from')],
            },
        ),
        migrations.CreateModel(
            name='StaffMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('staff_number', models.CharField(max_length=40)),
                ('name_ja', models.CharField(max_length=100)),
                ('mail_token', models.CharField(default='', max_length=64)),
                ('post_ja', models.CharField(default='', max_length=100)),
                ('is_auditor', models.BooleanField(default=False)),
                ('excluded_reason_ja', models.CharField(default='', max_length=200)),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'department', 'fiscal_year'], name='people_staff_department')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'staff_number'), name='people_staff_once'), models.UniqueConstraint(condition=models.Q(('mail_token', ''), _negated=True), fields=('municipality', 'fiscal_year', 'mail_token'), name='people_staff_mail_once'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='people_staff_year')],
            },
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(default='', max_length=120)),
                ('row', models.IntegerField(default=0)),
                ('fiscal_year', models.IntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('predecessor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='people.department')),
                ('source_file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.sourcefile')),
                ('successor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='origins', to='people.department')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'successor'], name='people_succession_to')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year', 'predecessor', 'successor'), name='people_succession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='people_succession_not_itself'), models.CheckConstraint(condition=models.Q(('kind__in', ['renamed', 'merged', 'split'])), name='people_succession_kind'), models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2200))), name='people_succession_year')],
            },
        ),
    ]
