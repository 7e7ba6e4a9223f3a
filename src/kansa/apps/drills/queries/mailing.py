"""How does the text of a group become the mail that the sending engine fills in for each recipient?

The letter is made once, with marks `{{...}}` where recipients differ. A QR picture is made for each recipient;
documents are made once, and the marks in them filled by the engine.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time

from django.utils import timezone

from kansa.apps.drills.models import DrillCampaign, DrillGroup
from kansa.apps.drills.queries.outgoing import Outgoing
from kansa.apps.mail.queries import verified_domains
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja
from kansa.core.mail.pace import SendWindow
from kansa.core.mail_drill.scenario import Scenario, from_json
from kansa.formats.mail_drill import Document, Places, document, letter
from kansa.formats.mail_drill.letter import QR_NAME, qr_png
from kansa.formats.mail_messages import Attachment, MailTemplate

# What the engine fills in, by the placeholder of the text.
MARKS = {
    "氏名": "{{name}}",
    "所属": "{{department}}",
    "職名": "{{post}}",
    "送信日": "{{sent_on_ja}}",
    "年度": "{{year}}",
}
LANDING = "{{landing}}"
STAND_IN = "https://landing.invalid/m/token/"  # for the mark where a file format would rewrite braces
QR_FILE = "qr.png"
DRILL_HEADER = "X-Kansa-Drill"
PURPOSE = "drill/"
LAST_MOMENT = time(23, 59, 59, 999999)
DAY_MINUTES = 24 * 60


def purpose_of(campaign: DrillCampaign) -> str:
    """By which the sending engine's batches are known to belong to a drill."""
    return f"{PURPOSE}{campaign.pk}"


def mail_of(campaign: DrillCampaign, group: DrillGroup) -> MailTemplate:
    """The mail of a group with its marks. Raises InputError for a sender's name that would differ from mail to mail."""
    scenario = from_json(group.content)
    if "{" in scenario.sender_name_ja:
        reason = "差出人の表示名に差込みは使えません。文案を直してください。"
        raise InputError(Refusal("placeholder_in_sender", reason, Place(column="差出人の表示名")))
    written = letter(scenario, MARKS, Places(LANDING, f"{LANDING}p.png", f"{LANDING}c"))
    domain = campaign.sender_address.partition("@")[2].lower()
    is_ours = domain in verified_domains(campaign.municipality_id)
    files = [Attachment(QR_FILE, "image/png", kind="own", content_id=QR_NAME)] if scenario.kind == "qr" else []
    if scenario.kind == "attachment":
        files.append(attached(scenario))
    return MailTemplate(
        subject_ja=written.subject_ja,
        text_ja=written.text,
        from_address=campaign.sender_address,
        html_ja=written.html,
        from_name_ja=written.sender_name_ja,
        reply_to="" if is_ours else campaign.report_address,
        headers=((DRILL_HEADER, campaign.header_code),),
        attachments=tuple(files),
    )


def attached(scenario: Scenario) -> Attachment:
    """The document of a text, with marks that the engine fills."""
    made = document(scenario, MARKS, f"{STAND_IN}a", f"{STAND_IN}a.png")
    name = document(scenario, dict.fromkeys(MARKS, ""), "", "").name if "{" in made.name else made.name
    kind = "text" if scenario.attachment == "html" else "zip"
    return Attachment(name, made.content_type, with_mark(made, kind), kind)


def with_mark(made: Document, kind: str) -> bytes:
    """The document with the mark in place of the stand-in."""
    if kind == "text":
        return made.data.replace(STAND_IN.encode(), LANDING.encode())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made.data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(STAND_IN.encode(), LANDING.encode()))
    return out.getvalue()


def values_of(campaign: DrillCampaign, one: Outgoing) -> dict[str, str]:
    """What the engine fills in for one recipient."""
    return {
        "name": one.values["氏名"],
        "department": one.values["所属"],
        "post": one.values["職名"],
        "year": era_year_ja(campaign.drill.fiscal_year),
        "landing": one.places.link,
    }


def files_of(group: DrillGroup, one: Outgoing) -> Mapping[str, bytes]:
    """The recipient's own files: the QR code of the own link."""
    return {QR_FILE: qr_png(one.places.link)} if from_json(group.content).kind == "qr" else {}


def window_of_plan(campaign: DrillCampaign) -> SendWindow:
    """When mails of the drill may leave."""
    whole_day = campaign.day_begins_minute == 0 and campaign.day_ends_minute == DAY_MINUTES
    hours = ((clock_time(campaign.day_begins_minute), clock_time(campaign.day_ends_minute)),)
    opens, closes = timezone.localtime(campaign.opens_at), timezone.localtime(campaign.closes_at)
    closed = frozenset(date.fromisoformat(line) for line in campaign.closed_days.split())
    return SendWindow(opens, closes, () if whole_day else hours, any_day=campaign.any_day, closed_days=closed)


def clock_time(minute: int) -> time:
    """A minute of the day as a time; the end of the day as its last moment."""
    return LAST_MOMENT if minute >= DAY_MINUTES else time(minute // 60, minute % 60)


def as_sent_on(moment: datetime) -> str:
    """The day of sending as a text says it."""
    return f"{moment.month}月{moment.day}日"
