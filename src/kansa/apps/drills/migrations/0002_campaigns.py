"""Campaigns of drills that kansa carries out itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('drills', '0001_initial'),
        ('people', '0004_account_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='DrillCampaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(default='draft', max_length=20)),
                ('version', models.IntegerField(default=1)),
                ('purpose_ja', models.TextField(default='')),
                ('use_of_results_ja', models.TextField(default='')),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('day_begins_minute', models.IntegerField(default=540)),
                ('day_ends_minute', models.IntegerField(default=1020)),
                ('pace_per_minute', models.IntegerField(default=10)),
                ('pace_per_domain', models.IntegerField(default=10)),
                ('seed', models.IntegerField(default=0)),
                ('sender_address', models.CharField(default='', max_length=254)),
                ('domains', models.TextField(default='')),
                ('landing_address', models.CharField(default='', max_length=200)),
                ('report_address', models.CharField(default='', max_length=254)),
                ('how_to_report_ja', models.TextField(default='')),
                ('notice_before_ja', models.TextField(default='')),
                ('notice_after_ja', models.TextField(default='')),
                ('help_desk_ja', models.TextField(default='')),
                ('may_follow_up', models.BooleanField(default=False)),
                ('follow_up_until', models.DateField(null=True)),
                ('reveals_until', models.DateTimeField()),
                ('keep_until', models.DateField()),
                ('rules', models.JSONField(default=dict)),
                ('header_code', models.CharField(max_length=64)),
                ('questionnaire_token', models.CharField(default='', max_length=64)),
                ('questionnaire_until', models.DateField(null=True)),
                ('submitted_by', models.CharField(default='', max_length=100)),
                ('submitted_by_account', models.BigIntegerField(null=True)),
                ('approved_by', models.CharField(default='', max_length=100)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approval_sha256', models.CharField(default='', max_length=64)),
                ('closed_at', models.DateTimeField(null=True)),
                ('small_cell_k', models.IntegerField(default=5)),
                ('drill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='drills.drill')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'header_code'], name='drills_campaign_header')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'drill'), name='drills_campaign_once'), models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'submitted', 'approved', 'running', 'paused', 'ended', 'closed'))), name='drills_campaign_state'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='drills_campaign_window'), models.CheckConstraint(condition=models.Q(('reveals_until__gte', models.F('closes_at'))), name='drills_campaign_reveal'), models.CheckConstraint(condition=models.Q(('day_begins_minute__gte', 0), ('day_ends_minute__gt', models.F('day_begins_minute')), ('day_ends_minute__lte', 1440)), name='drills_campaign_hours'), models.CheckConstraint(condition=models.Q(('pace_per_domain__gte', 1), ('pace_per_minute__gte', 1)), name='drills_campaign_pace'), models.CheckConstraint(condition=models.Q(('may_follow_up', False), ('follow_up_until__isnull', False), _connector='OR'), name='drills_campaign_follow_up'), models.CheckConstraint(condition=models.Q(('small_cell_k__gte', 2)), name='drills_campaign_small_cells')],
            },
        ),
        migrations.CreateModel(
            name='DrillAnswer',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('noticed', models.CharField(max_length=20)),
                ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='drills.drillcampaign')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'campaign'], name='drills_answer_campaign'), models.Index(fields=['municipality', 'department'], name='drills_answer_department')],
                'constraints': [models.CheckConstraint(condition=models.Q(('noticed__in', ('noticed_before', 'opened_reported', 'opened_not_reported', 'noticed_not_reported', 'did_not_see'))), name='drills_answer_word')],
            },
        ),
        migrations.CreateModel(
            name='DrillGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('name_ja', models.CharField(max_length=120)),
                ('scenario_code', models.CharField(max_length=40)),
                ('content', models.TextField()),
                ('difficulty', models.CharField(max_length=20)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='drills.drillcampaign')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'code'), name='drills_group_once'), models.CheckConstraint(condition=models.Q(('difficulty__in', ('very', 'moderately', 'moderately_to_least', 'least'))), name='drills_group_difficulty')],
            },
        ),
        migrations.CreateModel(
            name='DrillHit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_token', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('method', models.CharField(default='', max_length=8)),
                ('address', models.CharField(default='', max_length=45)),
                ('agent', models.CharField(default='', max_length=200)),
                ('prefetch', models.CharField(default='', max_length=60)),
                ('channel', models.CharField(default='link', max_length=20)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='hits', to='drills.drillcampaign')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'campaign', 'event_token'], name='drills_hit_campaign')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('fetched', 'opened', 'clicked', 'attached', 'canary', 'reported', 'confirmed'))), name='drills_hit_kind')],
            },
        ),
        migrations.CreateModel(
            name='DrillIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_token', models.CharField(max_length=64)),
                ('address_token', models.CharField(max_length=64)),
                ('sealed', models.TextField()),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='identities', to='drills.drillcampaign')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'event_token'), name='drills_identity_once'), models.UniqueConstraint(fields=('municipality', 'campaign', 'address_token'), name='drills_identity_address_once')],
            },
        ),
        migrations.CreateModel(
            name='DrillRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job_type_ja', models.CharField(default='', max_length=100)),
                ('position', models.IntegerField()),
                ('link_token', models.CharField(max_length=64)),
                ('event_token', models.CharField(max_length=64)),
                ('mail_token', models.CharField(max_length=64)),
                ('state', models.CharField(default='waiting', max_length=20)),
                ('excluded_reason_ja', models.CharField(default='', max_length=200)),
                ('is_absent', models.BooleanField(default=False)),
                ('relayed_at', models.DateTimeField(null=True)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('reply_code', models.CharField(default='', max_length=20)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='drills.drillcampaign')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='drills.drillgroup')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'campaign', 'state'], name='drills_recipient_standing'), models.Index(fields=['municipality', 'department'], name='drills_recipient_department'), models.Index(fields=['municipality', 'group'], name='drills_recipient_group')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'link_token'), name='drills_recipient_link_once'), models.UniqueConstraint(fields=('municipality', 'event_token'), name='drills_recipient_event_once'), models.UniqueConstraint(fields=('municipality', 'mail_token'), name='drills_recipient_mail_once'), models.UniqueConstraint(fields=('municipality', 'campaign', 'position'), name='drills_recipient_position'), models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'accepted', 'failed', 'expired', 'excluded', 'cancelled', 'unknown'))), name='drills_recipient_state'), models.CheckConstraint(condition=models.Q(models.Q(('excluded_reason_ja__gt', ''), ('state', 'excluded')), models.Q(models.Q(('state', 'excluded'), _negated=True), ('excluded_reason_ja', '')), _connector='OR'), name='drills_recipient_excluded')],
            },
        ),
        migrations.CreateModel(
            name='DrillTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dimension', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=100)),
                ('name_ja', models.CharField(max_length=120)),
                ('counts', models.JSONField()),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='drills.drillcampaign')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'dimension', 'key'), name='drills_tally_once'), models.CheckConstraint(condition=models.Q(('dimension__in', ('city', 'department', 'job_type', 'difficulty'))), name='drills_tally_dimension')],
            },
        ),
        migrations.CreateModel(
            name='HelpDeskTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted_on', models.DateField()),
                ('call_count', models.IntegerField()),
                ('note_ja', models.CharField(default='', max_length=200)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='help_desk', to='drills.drillcampaign')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'counted_on'), name='drills_help_desk_once'), models.CheckConstraint(condition=models.Q(('call_count__gte', 0)), name='drills_help_desk_count')],
            },
        ),
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('content', models.TextField()),
                ('version', models.IntegerField(default=1)),
                ('edited_by', models.CharField(max_length=100)),
                ('edited_at', models.DateTimeField()),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'code'), name='drills_scenario_once')],
            },
        ),
        migrations.CreateModel(
            name='ScenarioRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario_code', models.CharField(max_length=40)),
                ('scenario_sha256', models.CharField(max_length=64)),
                ('rater', models.CharField(max_length=100)),
                ('rated_at', models.DateTimeField()),
                ('cue_count', models.IntegerField()),
                ('premise', models.CharField(max_length=20)),
                ('is_consensus', models.BooleanField(default=False)),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'scenario_code', 'scenario_sha256', 'rater', 'is_consensus'), name='drills_rating_once'), models.CheckConstraint(condition=models.Q(('cue_count__gte', 0)), name='drills_rating_cues')],
            },
        ),
    ]
