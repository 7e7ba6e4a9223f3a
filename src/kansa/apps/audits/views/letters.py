"""How does a letter read, and on which template is it written?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.audits import actions
from kansa.apps.audits.forms import TemplateForm
from kansa.apps.audits.queries import (
    LetterForm,
    LetterSubject,
    engagement_subject,
    letter_form,
    rollout_subject,
    template_of,
    training_subject,
)
from kansa.apps.audits.queries.letters import ABOUT_ENGAGEMENTS
from kansa.apps.findings.models import LateralRollout
from kansa.apps.people.models import YEARS, Account
from kansa.apps.plan.queries import EngagementAccess, engagement_for
from kansa.apps.trail.forms import actor_of_request, attempt, permitted, submit
from kansa.core.errors import InputError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import AUDITEES, AUDITORS, OFFICE, Actor, can
from kansa.document.letters.kinds import KINDS
from kansa.document.letters.offer import LetterField

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
LONG_FIELDS = (
    *("連絡先", "総括所見", "監査の目的", "対象範囲", "対象外とした範囲", "備考", "準備資料", "判定の基準"),
    *("展開事項.事実", "展開事項.影響", "対象部門", "演習の結果", "読み直す資料"),
)


def may_write(access: EngagementAccess, kind: str) -> bool:
    """Whether the person may fill in this kind: office and auditors; the audited department its improvement plan."""
    if kind == "improvement_plan" and access.roles & AUDITEES:
        return True
    return bool(access.roles & (OFFICE | AUDITORS))


def may_read(access: EngagementAccess, kind: str) -> bool:
    """Whether the person may take this kind away: the audited department what is addressed to it, once it was sent."""
    state = access.engagement.state
    if access.roles & AUDITEES and not access.roles & (OFFICE | AUDITORS | {"ciso"}):
        told = state in ("result_notified", "improvement", "followed_up", "closed")
        return kind == "notice" or (kind in ("result_notice", "improvement_plan", "follow_up") and told)
    return True


def attachment(data: bytes, content_type: str, ascii_name: str, name_ja: str) -> HttpResponse:
    """A file to keep, under a Japanese name where the browser can."""
    answer = HttpResponse(data, content_type=content_type)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name_ja, safe='')}"
    )
    return answer


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter for one person: its kind and subject, whether the person may fill it in, and where it stands.

    `trail`: the template of the way here; `frame`: what that template and the heading print.
    """

    actor: Actor
    kind: str
    subject: LetterSubject
    may_write: bool
    address: str
    trail: str
    frame: Mapping[str, object]


def page_of(request: HttpRequest, page: LetterPage) -> HttpResponse:
    """The fields of a letter, filled from the records where they can be; saved, then taken away."""
    known = letter_form(page.actor, page.kind, page.subject)
    if request.method == "POST":
        if not page.may_write:
            raise PermissionDenied
        version, typed = typed_letter(request, known)
        saved = attempt(
            request,
            lambda: actions.save_letter(page.actor, page.subject, page.kind, version, typed),
            _("文書の内容を保存しました。"),
        )
        if saved is not None:
            return redirect(page.address)
    context = {"page": page, "known": known, "rows": field_rows(known), "kicker": "", **page.frame}
    return render(request, "audits/letter.html", context)


def file_of(request: HttpRequest, page: LetterPage, form: str, name: str) -> HttpResponse:
    """The letter as Word or PDF. `name`: what the file's name says after the title."""
    if form not in TYPES:
        raise Http404
    try:
        made = actions.write_letter(page.actor, page.subject, page.kind, form)
    except InputError as fault:
        for refusal in fault.refusals:
            messages.error(request, refusal.ja())
        return redirect(page.address)
    title = f"{KINDS[page.kind].title_ja}_{name}.{form}"
    return attachment(made.data, TYPES[form], f"kansa-{page.kind}.{form}", title)


def typed_letter(request: HttpRequest, known: LetterForm) -> tuple[int, dict[str, str]]:
    """The version the page was made from, and what was typed: a field left as the records say it follows them on."""
    version = request.POST.get("version", "")
    typed = {field.name: request.POST.get(field.name, "").strip().replace("\r\n", "\n") for field in known.fields}
    changed = {name: words for name, words in typed.items() if name not in known.given or words != known.values[name]}
    return (int(version) if version.isdecimal() and len(version) < 9 else 0), changed


def field_rows(known: LetterForm) -> list[tuple[LetterField, str, bool, bool]]:
    """Each field with its words, whether the records gave them, and whether it is long."""
    return [
        (field, known.values[field.name], field.name in known.given, field.name in LONG_FIELDS)
        for field in known.fields
    ]


def engagement_letter(request: HttpRequest, fiscal_year: int, code: str, kind: str) -> LetterPage:
    """A letter about an audit. Raises PermissionDenied or Http404 for whom it is not."""
    actor = actor_of_request(request)
    access = engagement_for(actor, fiscal_year, code)
    if kind not in ABOUT_ENGAGEMENTS or not may_read(access, kind):
        raise Http404
    engagement = access.engagement
    frame = {
        "engagement": engagement,
        "year_ja": era_year_ja(fiscal_year),
        "here": KINDS[kind].title_ja,
        "kicker": f"{code}　{engagement.department.name_ja if engagement.department else _('全庁')}",
    }
    address = reverse("audits:letter", args=[fiscal_year, code, kind])
    subject = engagement_subject(actor, engagement)
    return LetterPage(actor, kind, subject, may_write(access, kind), address, "audits/crumbs.html", frame)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_page(request: HttpRequest, fiscal_year: int, code: str, kind: str) -> HttpResponse:
    """A letter about an audit."""
    return page_of(request, engagement_letter(request, fiscal_year, code, kind))


@require_safe
def letter_file(request: HttpRequest, fiscal_year: int, code: str, kind: str, form: str) -> HttpResponse:
    """A letter about an audit as a file."""
    return file_of(request, engagement_letter(request, fiscal_year, code, kind), form, code)


def rollout_letter(request: HttpRequest, pk: int) -> LetterPage:
    """水平展開通知: filled in by the office, read by whoever follows all departments."""
    actor = permitted(request, "order_rollout", "read_all")
    rollout = LateralRollout.objects.visible_to(actor).filter(pk=pk).select_related("finding").first()
    if rollout is None:
        raise Http404(_("この水平展開はないか、見る権限がありません。"))
    frame = {
        "rollout": rollout,
        "title": KINDS["rollout_notice"].title_ja,
        "here": "letter",
        "kicker": rollout.title_ja,
    }
    address = reverse("audits:rollout_letter", args=[pk])
    subject = rollout_subject(actor, rollout)
    may = can(actor, "order_rollout")
    return LetterPage(actor, "rollout_notice", subject, may, address, "findings/trail.html", frame)


@require_http_methods(["GET", "HEAD", "POST"])
def rollout_letter_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of a rollout."""
    return page_of(request, rollout_letter(request, pk))


@require_safe
def rollout_letter_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The letter of a rollout as a file."""
    page = rollout_letter(request, pk)
    return file_of(request, page, form, str(page.frame["kicker"])[:40])


def training_letter(request: HttpRequest, fiscal_year: int, account: int) -> LetterPage:
    """監査員研修記録: filled in by the office; the auditor reads the own one."""
    actor = permitted(request, "take_education")
    person = Account.objects.visible_to(actor).filter(pk=account).first()
    may = can(actor, "manage_education")
    if person is None or not YEARS[0] < fiscal_year < YEARS[1] or (account != actor.account_id and not may):
        raise Http404(_("この記録はありません。"))
    frame = {
        "fiscal_year": fiscal_year,
        "year_ja": era_year_ja(fiscal_year),
        "title": KINDS["training_record"].title_ja,
        "here": "letter",
        "kicker": f"{era_year_ja(fiscal_year)}　{person.name_ja}",
    }
    address = reverse("audits:training_letter", args=[fiscal_year, account])
    subject = training_subject(actor, person, fiscal_year)
    return LetterPage(actor, "training_record", subject, may, address, "education/trail.html", frame)


@require_http_methods(["GET", "HEAD", "POST"])
def training_letter_page(request: HttpRequest, fiscal_year: int, account: int) -> HttpResponse:
    """The paper of a training record."""
    return page_of(request, training_letter(request, fiscal_year, account))


@require_safe
def training_letter_file(request: HttpRequest, fiscal_year: int, account: int, form: str) -> HttpResponse:
    """The paper of a training record as a file."""
    page = training_letter(request, fiscal_year, account)
    return file_of(request, page, form, str(page.frame["kicker"]).replace("　", "_"))


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """The templates of every kind: kansa's own or the city's."""
    actor = permitted(request, "manage_letters")
    rows = [(kind, template_of(actor, kind.id)[1]) for kind in KINDS.values()]
    return render(request, "audits/templates.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def template_page(request: HttpRequest, kind: str) -> HttpResponse:
    """One template: its fields, the file in use, and a new one."""
    actor = permitted(request, "manage_letters")
    if kind not in KINDS:
        raise Http404
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        file = request.FILES.get("file")
        warnings = submit(form, lambda: actions.replace_template(actor, kind, str(file.name), file.read()))  # type: ignore[union-attr]
        if warnings is not None:
            messages.success(request, _("この雛形を使います。"))
            for one in warnings:
                messages.warning(request, one)
            return redirect("audits:template", kind)
    context = {"kind": KINDS[kind], "form": form, "current": template_of(actor, kind)[1]}
    return render(request, "audits/template.html", context)


@require_safe
def template_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The template in use, to be edited in Word."""
    actor = permitted(request, "manage_letters")
    if kind not in KINDS:
        raise Http404
    data, _row = template_of(actor, kind)
    return attachment(data, TYPES["docx"], f"kansa-template-{kind}.docx", f"雛形_{KINDS[kind].title_ja}.docx")


@require_POST
def withdraw_template(request: HttpRequest, kind: str) -> HttpResponse:
    """Back to kansa's own template."""
    actor = permitted(request, "manage_letters")
    if kind not in KINDS:
        raise Http404
    attempt(request, lambda: actions.withdraw_template(actor, kind), _("kansa の雛形に戻しました。"))
    return redirect("audits:template", kind)
