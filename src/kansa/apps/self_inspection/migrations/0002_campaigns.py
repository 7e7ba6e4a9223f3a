"""Campaigns, whom they ask, and printed slips."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('controls', '0004_dropped_reasons'),
        ('people', '0004_account_words'),
        ('self_inspection', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_ja', models.CharField(max_length=200)),
                ('explanation_ja', models.TextField(default='')),
                ('opens_on', models.DateField()),
                ('closes_on', models.DateField()),
                ('privacy', models.CharField(max_length=20)),
                ('state', models.CharField(default='draft', max_length=20)),
                ('small_cell_k', models.IntegerField(default=0)),
                ('checklist', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='controls.checklist')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'checklist'), name='self_inspection_campaign_once'), models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='self_inspection_campaign_days'), models.CheckConstraint(condition=models.Q(('privacy__in', ('identified', 'confidential', 'anonymous'))), name='self_inspection_campaign_privacy'), models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'approved', 'open', 'closed'))), name='self_inspection_campaign_state')],
            },
        ),
        migrations.CreateModel(
            name='CampaignItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='self_inspection.campaign')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='controls.controlitem')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'position'), name='self_inspection_place_once'), models.UniqueConstraint(fields=('municipality', 'campaign', 'item'), name='self_inspection_item_once')],
            },
        ),
        migrations.CreateModel(
            name='CampaignMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff_number', models.CharField(max_length=40)),
                ('name_ja', models.CharField(max_length=100)),
                ('excluded_reason_ja', models.CharField(default='', max_length=200)),
                ('has_begun', models.BooleanField(default=False)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='self_inspection.campaign')),
                ('counted_in', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'campaign', 'department'], name='self_inspection_member_dept')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'staff_number'), name='self_inspection_member_once')],
            },
        ),
        migrations.CreateModel(
            name='Slip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_token', models.CharField(max_length=64)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='slips', to='self_inspection.campaign')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('member', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slips', to='self_inspection.campaignmember')),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'campaign', 'department'], name='self_inspection_slip_dept')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'campaign', 'code_token'), name='self_inspection_slip_once')],
            },
        ),
    ]
