"""How far is a batch, what may be done with it, and which of its mails are unknown?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.mail.actions import (
    approve_batch,
    destroy_identities,
    pause_batch,
    resume_batch,
    settle_unknown,
    start_batch,
    stop_batch,
    withdraw_approval,
)
from kansa.apps.mail.messages import EXPLANATIONS, STATES, TONES
from kansa.apps.mail.models import MailBatch
from kansa.apps.mail.queries import (
    approval_sha256,
    batch_lines,
    batches_for,
    counts_of,
    domains_of,
    keeps_addresses,
    mailbox_of,
    pace_of,
    relays_of,
    reply_counts,
    template_of,
    unknowns_of,
    window_of,
)
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.mail.replies import hint_ja
from kansa.core.mail.states import BATCH_MOVES, BATCH_STATES_JA, BatchCounts
from kansa.core.mail.states import STATES as STATE_CODES
from kansa.core.permission import Actor, can

SHOWN_BATCHES = 50
# Batches that a drill steers: what changes their course is decided on the drill's own pages.
STEERED = "drill/"
LEFT_TO_MAKER = frozenset({"approve", "withdraw", "start", "destroy"})


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state with its number and its part of the bar, in thousandths."""

    code: str
    words: str | Promise
    explanation: str | Promise
    tone: str
    count: int
    start: int
    width: int


def state_lines(counts: BatchCounts) -> list[StateLine]:
    """The states that hold any mail, side by side."""
    lines, start = [], 0
    for code in STATE_CODES:
        count = counts.states.get(code, 0)
        if count:
            width = count * 1000 // counts.total
            lines.append(StateLine(code, STATES[code], EXPLANATIONS[code], TONES[code], count, start, width))
            start += width
    return lines


def batch_for(actor: Actor, pk: int) -> MailBatch:
    """A batch that the person sees. Raises Http404."""
    found = batches_for(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("この一斉送信はありません。"))
    return found


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Batches, and whether relay, domains, mailbox and addresses are ready."""
    actor = permitted(request, "manage_mail", "manage_relay")
    lines = batch_lines(batches_for(actor)[:SHOWN_BATCHES]) if can(actor, "manage_mail") else []
    context = {
        "lines": [(one, BATCH_STATES_JA[one.batch.state], state_lines(one.counts)) for one in lines],
        "relays": relays_of(actor),
        "domains": domains_of(actor),
        "box": mailbox_of(actor.municipality_id, "bounces"),
        "keeps": keeps_addresses(actor.municipality_id),
        "may_manage": can(actor, "manage_relay"),
        "may_send": can(actor, "manage_mail"),
    }
    return render(request, "mail/home.html", context)


def progress_of(batch: MailBatch) -> dict[str, object]:
    """What the live part of the page prints."""
    counts = counts_of(batch)
    return {
        "batch": batch,
        "state_ja": BATCH_STATES_JA[batch.state],
        "counts": counts,
        "lines": state_lines(counts),
        "hint_ja": hint_ja(batch.trouble_code) if batch.trouble_code else "",
        "replies": [(STATES[state], code, text, count) for state, code, text, count in reply_counts(batch)],
        "is_live": batch.state in ("running", "paused", "approved"),
    }


@require_safe
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The batch: text, schedule, approval, what may be done, and how far it is. No name, no address."""
    actor = permitted(request, "manage_mail")
    batch = batch_for(actor, pk)
    is_steered = batch.purpose.startswith(STEERED)
    moves = {move for state, move in BATCH_MOVES if state == batch.state}
    moves -= LEFT_TO_MAKER if is_steered else set()
    is_shown = batch.state in ("draft", "paused")
    context = progress_of(batch) | {
        "template": template_of(batch),
        "window": window_of(batch),
        "pace": pace_of(batch),
        "sha256": approval_sha256(batch) if is_shown else batch.approved_sha256,
        "moves": moves,
        "is_void": batch.state == "paused" and batch.trouble_code in ("approval_void", "domain_withdrawn"),
        "is_clock_back": batch.trouble_code == "clock_set_back",
        "is_over": batch.state in ("finished", "stopped") and not is_steered,
        "states": list(BATCH_STATES_JA.items()),
    }
    return render(request, "mail/batch.html", context)


@require_safe
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part alone; the whole page anew when the state moved on, since its buttons are others then."""
    actor = permitted(request, "manage_mail")
    batch = batch_for(actor, pk)
    answer = render(request, "mail/progress.html", progress_of(batch))
    if request.GET.get("state", batch.state) != batch.state:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def move_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the next step."""
    actor = permitted(request, "manage_mail")
    batch = batch_for(actor, pk)
    said = request.POST
    accepts_clock = said.get("accepts_clock") == "1"
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "approve": (lambda: approve_batch(actor, pk, said.get("sha256", "")), _("承認しました。")),
        "withdraw": (lambda: withdraw_approval(actor, pk), _("承認を取り消しました。")),
        "start": (lambda: start_batch(actor, pk), _("送信を始めました。")),
        "pause": (lambda: pause_batch(actor, pk), _("一時停止しました。")),
        "resume": (lambda: resume_batch(actor, pk, accepts_clock=accepts_clock), _("再開しました。")),
        "stop": (lambda: stop_batch(actor, pk, said.get("reason_ja", "")), _("停止しました。残りは送りません。")),
        "destroy": (lambda: destroy_identities(actor, pk), _("宛先と人の対応を消去しました。")),
    }
    act, done = acts.get(said.get("move", ""), (None, ""))
    if act is None:
        raise Http404(_("この操作はありません。"))
    if batch.purpose.startswith(STEERED) and said["move"] in LEFT_TO_MAKER:
        messages.error(request, _("この一斉送信は、訓練の画面で承認し、始め、終了します。"))
    else:
        attempt(request, act, done)
    return redirect("mail:batch", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def unknown_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Mails of which nobody knows the end, by Message-ID; a person says what the relay's log says."""
    actor = permitted(request, "manage_mail")
    batch = batch_for(actor, pk)
    chosen, finding = request.POST.get("message", ""), request.POST.get("finding", "")
    if request.method == "POST" and chosen.isdecimal() and len(chosen) < 19:
        attempt(request, lambda: settle_unknown(actor, int(chosen), finding), _("記録しました。"))
        return redirect("mail:unknown", pk)
    rows = list(unknowns_of(batch)[:200])
    return render(request, "mail/unknown.html", {"batch": batch, "rows": rows, "count": unknowns_of(batch).count()})
