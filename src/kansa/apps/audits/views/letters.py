"""How does a letter read, and on which template is it written?"""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.audits import actions
from kansa.apps.audits.forms import TemplateForm
from kansa.apps.audits.queries import LetterForm, letter_form, template_of
from kansa.apps.audits.queries.letters import ABOUT_ENGAGEMENTS
from kansa.apps.plan.queries import EngagementAccess, engagement_for
from kansa.apps.trail.forms import actor_of_request, attempt, permitted, submit
from kansa.core.errors import InputError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import AUDITEES, AUDITORS, OFFICE
from kansa.document.letters.kinds import KINDS
from kansa.document.letters.offer import LetterField

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
LONG_FIELDS = ("連絡先", "総括所見", "監査の目的", "対象範囲", "対象外とした範囲", "備考", "準備資料", "判定の基準")


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


@require_http_methods(["GET", "HEAD", "POST"])
def letter_page(request: HttpRequest, fiscal_year: int, code: str, kind: str) -> HttpResponse:
    """The fields of a letter, filled from the records where they can be; saved, then taken away."""
    actor = actor_of_request(request)
    access = engagement_for(actor, fiscal_year, code)
    if kind not in ABOUT_ENGAGEMENTS or not may_read(access, kind):
        raise Http404
    known = letter_form(actor, kind, access.engagement)
    if request.method == "POST":
        if not may_write(access, kind):
            raise PermissionDenied
        version, typed = typed_letter(request, known)
        saved = attempt(
            request,
            lambda: actions.save_letter(actor, access.engagement, kind, version, typed),
            _("文書の内容を保存しました。"),
        )
        if saved is not None:
            return redirect("audits:letter", fiscal_year, code, kind)
    context = {
        "access": access,
        "engagement": access.engagement,
        "known": known,
        "rows": field_rows(known),
        "may_write": may_write(access, kind),
        "year_ja": era_year_ja(fiscal_year),
    }
    return render(request, "audits/letter.html", context)


def typed_letter(request: HttpRequest, known: LetterForm) -> tuple[int, dict[str, str]]:
    """The version the page was made from, and what was typed: a field left as the records say it follows them on."""
    version = request.POST.get("version", "")
    typed = {name: request.POST.get(name, "").strip() for name in known.kind.field_names}
    changed = {name: words for name, words in typed.items() if name not in known.given or words != known.values[name]}
    return (int(version) if version.isdecimal() and len(version) < 9 else 0), changed


def field_rows(known: LetterForm) -> list[tuple[LetterField, str, bool, bool]]:
    """Each field with its words, whether the records gave them, and whether it is long."""
    return [
        (field, known.values[field.name], field.name in known.given, field.name in LONG_FIELDS)
        for field in known.kind.fields
    ]


@require_safe
def letter_file(request: HttpRequest, fiscal_year: int, code: str, kind: str, form: str) -> HttpResponse:
    """The letter as Word or PDF."""
    actor = actor_of_request(request)
    access = engagement_for(actor, fiscal_year, code)
    if kind not in ABOUT_ENGAGEMENTS or form not in TYPES or not may_read(access, kind):
        raise Http404
    try:
        made = actions.write_letter(actor, access.engagement, kind, form)
    except InputError as fault:
        for refusal in fault.refusals:
            messages.error(request, refusal.ja())
        return redirect("audits:letter", fiscal_year, code, kind)
    title = f"{KINDS[kind].title_ja}_{code}.{form}"
    return attachment(made.data, TYPES[form], f"kansa-{kind}-{fiscal_year}.{form}", title)


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
