"""Keys of answers know after which copy they were given out; whoever began is forgotten where a campaign is closed."""

from django.db import migrations, models


def forget_who_began(apps, schema_editor):
    members = apps.get_model("self_inspection", "CampaignMember")
    members.objects.filter(campaign__state="closed", has_begun=True).update(has_begun=False)


class Migration(migrations.Migration):
    dependencies = [("self_inspection", "0006_reminders")]

    operations = [
        migrations.AddField("campaign", "copy_number", models.BigIntegerField(default=0)),
        migrations.AddField("campaign", "void_keys", models.JSONField(default=list)),
        migrations.RunPython(forget_who_began, migrations.RunPython.noop),
    ]
