"""Is a mail that somebody reports one of our training mails? For the CSIRT, which has to know at once.

Says which drill, never whose mail: the answer does not tell the recipient.
"""

from __future__ import annotations

from dataclasses import dataclass

from kansa.apps.drills.models import DrillCampaign, DrillRecipient
from kansa.apps.drills.queries.keys import link_hash, mail_hash
from kansa.core.permission import Actor
from kansa.formats.mail_drill.reported import MailSigns


@dataclass(frozen=True, slots=True)
class Found:
    """The drill a mail belongs to, and by which sign it was known."""

    campaign: DrillCampaign
    sign_ja: str
    is_certain: bool = True  # a header can be copied into a real attack


def found_in(actor: Actor, signs: MailSigns) -> Found | None:
    """The drill that one of the signs belongs to; a header alone can be copied, so the others go first."""
    rows = DrillRecipient.objects.visible_to(actor).select_related("campaign__drill")
    by_link = rows.filter(link_token__in=[link_hash(token) for token in signs.tokens]).first()
    if by_link is not None:
        return Found(by_link.campaign, "本文のリンク")
    by_mail = rows.filter(mail_token__in=[mail_hash(one) for one in signs.message_ids]).first()
    if by_mail is not None:
        return Found(by_mail.campaign, "Message-ID")
    codes = DrillCampaign.objects.visible_to(actor).filter(header_code__in=signs.codes).select_related("drill")
    by_code = codes.first() if signs.codes else None
    return Found(by_code, "ヘッダー X-Kansa-Drill", is_certain=False) if by_code is not None else None
