"""Who judged and reviewed, in which version; judging apart, the preliminary survey, evidence."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0002_judgement_without_item_index'),
        ('controls', '0003_item_wordings'),
        ('people', '0003_cache_table'),
        ('plan', '0002_states'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='judgement',
            name='judged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='judgement',
            name='judged_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='judgement',
            name='methods',
            field=models.CharField(default='', max_length=60),
        ),
        migrations.AddField(
            model_name='judgement',
            name='reviewed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='judgement',
            name='reviewed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='judgement',
            name='version',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='judgement',
            name='wording',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.itemwording'),
        ),
        migrations.CreateModel(
            name='AuditorJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField(default=0)),
                ('state', models.CharField(max_length=20)),
                ('level', models.IntegerField(null=True)),
                ('reason_ja', models.TextField(default='')),
                ('evidence_ja', models.TextField(default='')),
                ('methods', models.CharField(default='', max_length=60)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('engagement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.engagement')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'engagement', 'item', 'account'), name='assessment_auditor_once'), models.CheckConstraint(condition=models.Q(models.Q(('level__range', (0, 9)), ('state', 'judged')), models.Q(('level__isnull', True), ('state__in', ['not_applicable', 'not_judged'])), _connector='OR'), name='assessment_auditor_level')],
            },
        ),
        migrations.CreateModel(
            name='EngagementSurvey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submitted_at', models.DateTimeField()),
                ('engagement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.engagement')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('submitted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'engagement'), name='assessment_survey_once')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=255)),
                ('content_type', models.CharField(max_length=120)),
                ('is_inline', models.BooleanField(default=False)),
                ('size', models.BigIntegerField()),
                ('stored_sha256', models.CharField(max_length=64)),
                ('original_sha256', models.CharField(max_length=64)),
                ('note_ja', models.TextField(default='')),
                ('uploaded_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('engagement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.engagement')),
                ('item', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('removed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'engagement', 'item'], name='assessment_evidence_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ('auditor', 'auditee'))), name='assessment_evidence_side'), models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='assessment_evidence_size')],
            },
        ),
        migrations.CreateModel(
            name='PreliminaryAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField(default=0)),
                ('answer_ja', models.TextField(default='')),
                ('claimed_level', models.IntegerField(null=True)),
                ('answered_at', models.DateTimeField()),
                ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('engagement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.engagement')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'engagement', 'item'), name='assessment_answer_once'), models.CheckConstraint(condition=models.Q(('claimed_level__isnull', True), ('claimed_level__range', (0, 9)), _connector='OR'), name='assessment_answer_level')],
            },
        ),
    ]
