"""What is to be done next in a drill, by whom, and where? Said in every state, also when all is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kansa.apps.drills.models import DrillCampaign
from kansa.core.permission import Actor, can


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do; `address` leads there, "" when the button stands on this page or the act is elsewhere."""

    words: str
    label: str = ""
    address: str = ""
    is_late: bool = False


def next_steps(actor: Actor, campaign: DrillCampaign) -> list[NextStep]:
    """What this person, or somebody whom this person can tell, does next; in order."""
    states = {"ended": after_sending, "closed": after_closing}
    return list(states.get(campaign.state, before_the_end)(actor, campaign))


def before_the_end(actor: Actor, campaign: DrillCampaign) -> Iterator[NextStep]:
    """The steps up to the last mail."""
    pk, may_plan = campaign.pk, can(actor, "manage_drills")
    if campaign.state == "draft" and may_plan:
        words = _("足りないものを書き、送信前の試験をしてから、「承認を求める」を押します。")
        yield NextStep(words, _("計画の続きを書く"), reverse("drills:campaign", args=[pk]))
    elif campaign.state == "draft":
        yield NextStep(_("監査事務局が計画しています。承認を求められるまで、することはありません。"))
    elif campaign.state == "submitted":
        yield NextStep(_("監査統括責任者か最高情報セキュリティ責任者に、このページを見てもらいます。"))
        if may_plan:
            words = _("待つ間に、送信前の試験で検査機器の動きを確かめられます。")
            yield NextStep(words, _("送信前の試験"), reverse("drills:step", args=[pk, "preflight"]))
    elif campaign.state == "approved":
        yield NextStep(_("問合せ窓口に連絡文を渡し、事前の通知を出します（通知すると決めたとき）。"))
        yield NextStep(_("「送信を始める」を押します。期間と時間帯の中でだけ送ります。"))
    elif campaign.state == "paused":
        words = _("止めた訳を確かめてから、「再開する」を押します。期間が過ぎると、残りは期限切れになります。")
        yield NextStep(words, _("メール送信"), reverse("mail:home") if can(actor, "manage_mail") else "")
    elif campaign.state == "running":
        yield NextStep(_("送り終えるまで、画面を閉じても送信は続きます。"))
        yield from intake(actor, campaign)


def intake(actor: Actor, campaign: DrillCampaign) -> Iterator[NextStep]:
    """What comes in meanwhile and afterwards."""
    reports = reverse("drills:reports", args=[campaign.pk]) if can(actor, "manage_drills") else ""
    yield NextStep(_("届いた報告を読み込み、窓口で受けた件数を入れます。"), _("報告の受付"), reports)
    bounces = reverse("mail:bounces") if can(actor, "manage_mail") else ""
    yield NextStep(_("戻ったメールを読むと、「届いた」人数が正しくなります。"), _("戻ったメール"), bounces)


def after_sending(actor: Actor, campaign: DrillCampaign) -> Iterator[NextStep]:
    """Everything between the last mail and the closing."""
    pk, now = campaign.pk, timezone.now()
    yield NextStep(
        _("事後の通知を全職員に出し、アンケートのリンクを知らせます。"),
        _("アンケート"),
        reverse("drills:answers", args=[pk]),
    )
    yield from intake(actor, campaign)
    results = reverse("drills:results", args=[pk])
    if now < campaign.closes_at:
        until = timezone.localtime(campaign.closes_at)
        words = _("市全体の結果を見ます。所属別などの結果は、送信期間が終わる%(at)sから示します。")
        yield NextStep(words % {"at": f"{until:%Y-%m-%d %H:%M}"}, _("結果を見る"), results)
    else:
        yield NextStep(_("結果を見て、判定の規則を決めます。"), _("結果を見る"), results)
    if campaign.may_follow_up and campaign.follow_up_until and timezone.localdate() <= campaign.follow_up_until:
        words = _("受講指導を%(day)sまでに済ませます（監査統括責任者だけが名前を見られます）。")
        day = {"day": campaign.follow_up_until.isoformat()}
        names = reverse("drills:follow_up", args=[pk]) if can(actor, "follow_up_drills") else ""
        yield NextStep(words % day, _("受講指導"), names)
    is_late = timezone.localdate() > campaign.keep_until
    words = _("保存期限（%(day)s）までに終了します。監査統括責任者か最高情報セキュリティ責任者が行います。")
    if is_late:
        words = _(
            "保存期限（%(day)s）を過ぎています。すぐに終了してください。監査統括責任者か最高情報セキュリティ責任者が行います。"
        )
    address = "#close" if can(actor, "approve_drills") else ""
    yield NextStep(words % {"day": campaign.keep_until.isoformat()}, _("終了する"), address, is_late)


def after_closing(actor: Actor, campaign: DrillCampaign) -> Iterator[NextStep]:
    """What stays to be done when the persons are forgotten."""
    yield NextStep(_("人数と率は残っています。"), _("結果を見る"), reverse("drills:results", args=[campaign.pk]))
    yield NextStep(_("年度を凍結すると、年次報告書に載ります。"))
    yield NextStep(_("KANSA_HOME の restricted フォルダの控えを、情報システムの担当に消してもらいます。"))
    if can(actor, "manage_drills"):
        yield NextStep(_("次の訓練を計画します。"), _("新しい訓練を計画する"), reverse("drills:add"))
