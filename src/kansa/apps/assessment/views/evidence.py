"""How does evidence come in, and how is it handed out without harm?"""

from __future__ import annotations

from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kansa.apps.assessment.actions.evidence import add_evidence, remove_evidence
from kansa.apps.assessment.forms import EvidenceForm
from kansa.apps.assessment.queries.evidence import evidence_bytes, evidence_for
from kansa.apps.plan.queries import engagement_for
from kansa.apps.trail.actions import Upload
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import RuleError
from kansa.formats.evidence import EvidenceLimits

SANDBOX = "sandbox; default-src 'none'"  # whatever a browser makes of the bytes, it runs nothing


def read_uploads(files: list[UploadedFile]) -> list[Upload]:
    """The bytes of the files. Raises RuleError for one beyond the limit, before it is read."""
    most = EvidenceLimits().file_bytes
    if any((file.size or 0) > most for file in files):
        raise RuleError("too_large", f"ファイルが大きすぎます（{most // 1024 // 1024}MBまで）。")
    return [Upload(file.name or "", file.read()) for file in files]


def back(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """To the page the form stood on."""
    told = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(told, None) and told.startswith("/"):
        return redirect(told)
    return redirect("assessment:worksheet", fiscal_year, code)


@require_POST
def add(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Keeps the files that were chosen or photographed."""
    actor = permitted(request, "read_engagements")
    access = engagement_for(actor, fiscal_year, code)
    if not access.may_ever("judgement") and not access.may_ever("preliminary"):
        raise PermissionDenied
    form = EvidenceForm(request.POST)
    files = [*request.FILES.getlist("files"), *request.FILES.getlist("photos")]

    def act() -> object:
        if not form.is_valid():
            raise RuleError("unreadable", _("証拠の区分が読み取れません。画面を読み直してください。"))
        told = form.cleaned_data
        uploads = read_uploads(files)
        return add_evidence(actor, fiscal_year, code, told["item"], told["side"], uploads, told["note_ja"])

    attempt(request, act, _("証拠を保存しました。"))
    return back(request, fiscal_year, code)


@require_safe
def show(request: HttpRequest, fiscal_year: int, code: str, number: int) -> HttpResponseBase:
    """One piece: pictures may be shown in the page, everything else is only downloaded."""
    actor = permitted(request, "read_engagements")
    _access, evidence = evidence_for(actor, fiscal_year, code, number)
    answer = HttpResponse(evidence_bytes(evidence), content_type=evidence.content_type)
    is_shown = evidence.is_inline and "download" not in request.GET
    answer["Content-Disposition"] = f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{quote(evidence.name)}"
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def remove(request: HttpRequest, fiscal_year: int, code: str, number: int) -> HttpResponse:
    """Takes a piece out of sight; it stays recorded."""
    actor = permitted(request, "read_engagements")
    evidence_for(actor, fiscal_year, code, number)
    attempt(request, lambda: remove_evidence(actor, fiscal_year, code, number), _("証拠を取り除きました。"))
    return back(request, fiscal_year, code)
