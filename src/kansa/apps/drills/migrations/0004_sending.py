"""The relay and the batches of a drill, and mails to test mailboxes.

SQLite makes a table anew when a column is added, which the triggers of 0003 do not survive: they are taken away and
put back.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

guards = import_module("kansa.apps.drills.migrations.0003_guards")


class Migration(migrations.Migration):

    dependencies = [
        ('drills', '0003_guards'),
        ('mail', '0002_guards'),
        ('people', '0006_mail_addresses'),
    ]

    operations = [
        migrations.RunPython(guards.backwards, guards.forwards),
        migrations.CreateModel(
            name='PreflightMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('link_token', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('trouble_code', models.CharField(default='', max_length=40)),
                ('fetched', models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name='drillcampaign',
            name='any_day',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='drillcampaign',
            name='closed_days',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='drillcampaign',
            name='relay',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mail.mailrelay'),
        ),
        migrations.AddField(
            model_name='drillgroup',
            name='batch',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mail.mailbatch'),
        ),
        migrations.AddIndex(
            model_name='drillcampaign',
            index=models.Index(fields=['municipality', 'relay'], name='drills_campaign_relay'),
        ),
        migrations.AddIndex(
            model_name='drillgroup',
            index=models.Index(fields=['municipality', 'batch'], name='drills_group_batch'),
        ),
        migrations.AddField(
            model_name='preflightmail',
            name='campaign',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='preflight', to='drills.drillcampaign'),
        ),
        migrations.AddField(
            model_name='preflightmail',
            name='group',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='preflight', to='drills.drillgroup'),
        ),
        migrations.AddField(
            model_name='preflightmail',
            name='municipality',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.municipality'),
        ),
        migrations.AddIndex(
            model_name='preflightmail',
            index=models.Index(fields=['municipality', 'campaign'], name='drills_preflight_campaign'),
        ),
        migrations.AddIndex(
            model_name='preflightmail',
            index=models.Index(fields=['municipality', 'group'], name='drills_preflight_group'),
        ),
        migrations.AddConstraint(
            model_name='preflightmail',
            constraint=models.UniqueConstraint(fields=('municipality', 'link_token'), name='drills_preflight_link_once'),
        ),
        migrations.RunPython(guards.forwards, guards.backwards),
    ]
