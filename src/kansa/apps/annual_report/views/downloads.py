"""Which files can be taken away: the report in each form, its bundle, and the empty import forms?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kansa import __version__
from kansa.apps.annual_report.views.kept import Kept
from kansa.apps.annual_report.views.shown import Shown, shown_report
from kansa.apps.trail.forms import permitted
from kansa.core.errors import InputError
from kansa.core.permission import can, import_verb
from kansa.document.render.html import style_hash
from kansa.document.render.words import DRAFT_JA
from kansa.document.report import FORMATS, GETA, Report, bundle_name, make_bundle, output_name, read_report
from kansa.document.report import render as render_report
from kansa.formats.readers import SPECS
from kansa.formats.writers import template

BUNDLE = "bundle"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "xlsx": XLSX_TYPE,
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    BUNDLE: "application/zip",
}
# What Windows does not allow in a file name.
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')

OUTPUTS: Kept[bytes] = Kept(16)


@dataclass(frozen=True, slots=True)
class DownloadKind:
    """One form of the report as a button."""

    code: str
    name: str | Promise
    purpose: str | Promise


KINDS = (
    DownloadKind("pdf", "PDF", gettext_lazy("印刷・決裁・公表")),
    DownloadKind("docx", "Word", gettext_lazy("文案の検討")),
    DownloadKind("html", "HTML", gettext_lazy("ウェブ公開")),
    DownloadKind("xlsx", "Excel", gettext_lazy("表と数値")),
    DownloadKind("csv", "CSV", gettext_lazy("全数値の一覧")),
    DownloadKind("json", "JSON", gettext_lazy("機械処理")),
    DownloadKind(BUNDLE, gettext_lazy("束（zip）"), gettext_lazy("庁内用：全形式と記録")),
)

# What each import form is for, in one line.
PURPOSES: dict[str, str | Promise] = {
    "year": gettext_lazy("合格点、平均の取り方、報告日など、年度の規則と判定基準。最初に取り込みます。"),
    "departments": gettext_lazy("課所等の名称、部局、種別、有効な年度と組織改編（改称・統合・分割・廃止）。"),
    "staff": gettext_lazy("自己点検の対象となる職員と、監査員の登録。氏名は任意です。"),
    "accounts": gettext_lazy("サインインする人と、年度ごとの役割。パスワードは書きません。"),
    "checklist": gettext_lazy("監査項目と点検項目。前年度からの継続・見直し・追加・廃止もここに書きます。"),
    "guideline": gettext_lazy("総務省の監査ガイドラインの項目表。版ごとに取り込み、監査項目を作るときに使います。"),
    "plan": gettext_lazy("何年度にどの課所等を監査するか。"),
    "engagements": gettext_lazy("実施する監査の一件ごとの対象、手法、期間、監査員。"),
    "judgements": gettext_lazy("監査項目ごとの判定（レベル、対象外とその理由、確認した証拠）。"),
    "self_inspection": gettext_lazy("職員一人ごとの自己点検の回答。報告書には集計した数だけを使います。"),
    "drill": gettext_lazy("標的型攻撃メール訓練の送信、開封、報告。"),
    "findings": gettext_lazy("検出事項と改善提言、改善計画、改善と確認の日付。"),
    "training": gettext_lazy("監査員研修の受講。"),
    "assets": gettext_lazy(
        "サーバや機器の一覧。所管課、領域、アドレス、保守とサポートの期限。技術的診断の結果と照合します。"
    ),
    "published": gettext_lazy("過去の報告書で公表した数値とその出典。記録のない年度と比べるときに使います。"),
}


def download_kinds() -> tuple[DownloadKind, ...]:
    """The buttons, in the order in which an office needs them."""
    return KINDS


def disposition(ascii_name: str, name_ja: str) -> str:
    """The header that gives a file its Japanese name, and an ASCII one to old programs (RFC 6266, RFC 5987)."""
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(FORBIDDEN.sub('_', name_ja), safe='')}"


def file_answer(data: bytes, content_type: str, ascii_name: str, name_ja: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": disposition(ascii_name, name_ja)}
    return HttpResponse(data, content_type=content_type, headers=headers)


def output(report: Report, kind: str) -> bytes:
    """The bytes of one form; made once while it is in use. Raises InputError for characters no font can print."""
    key = (report.frozen_sha256, report.is_draft, report.glyph_substitute, kind)
    if kind == BUNDLE:
        return OUTPUTS.get(key, lambda: bundle(report))
    return OUTPUTS.get(key, lambda: render_report(report, [kind])[output_name(report, kind)])


def bundle(report: Report) -> bytes:
    """All forms with the frozen records and the statement that binds them."""
    return make_bundle(report, {output_name(report, one): output(report, one) for one in FORMATS}, __version__)


def file_names(shown: Shown, kind: str) -> tuple[str, str]:
    """The ASCII and the Japanese name: 情報セキュリティ監査実施報告書_令和６年度.pdf; a draft says so."""
    document = shown.report.document
    stem = f"{document.title}_{document.subject}" + (f"_{DRAFT_JA}" if document.is_draft else "")
    if kind == BUNDLE:  # it holds records of departments: for the office, not for publication
        return bundle_name(shown.report), f"{stem}_庁内用.zip"
    return output_name(shown.report, kind), f"{stem}.{kind}"


@require_safe
def report_file(request: HttpRequest, fiscal_year: int, kind: str) -> HttpResponse:
    """One form of the report. Characters that no font has are named with their places and a way on (409)."""
    shown = shown_report(request, permitted(request, "read_report"), fiscal_year)
    if kind not in CONTENT_TYPES:
        raise Http404(_("「%(kind)s」という形式はありません。") % {"kind": kind})
    report = shown.report
    if request.GET.get("substitute") == "1":
        report = read_report(report.frozen, is_draft=report.is_draft, glyph_substitute=GETA)
    try:
        data = output(report, kind)
    except InputError as fault:
        context = {"shown": shown, "kind": kind, "refusals": fault.refusals, "substitute": GETA}
        return render(request, "annual_report/not_printable.html", context, status=409)
    answer = file_answer(data, CONTENT_TYPES[kind], *file_names(shown, kind))
    if kind == "html":
        # The file carries its own style; whoever opens it from here gets that style and nothing else.
        answer["Content-Security-Policy"] = f"default-src 'none'; style-src {style_hash(report.document)}"
    return answer


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """The import forms with one line each."""
    actor = permitted(request, "import", "manage_accounts")
    allowed = {name: spec for name, spec in SPECS.items() if can(actor, import_verb(name))}
    forms = [(name, spec.title_ja, PURPOSES[name]) for name, spec in allowed.items()]
    return render(request, "annual_report/templates.html", {"forms": forms})


@require_safe
def template_file(request: HttpRequest, kind: str) -> HttpResponse:
    """One empty import form as an Excel file."""
    permitted(request, import_verb(kind))
    if kind not in SPECS:
        raise Http404(_("「%(kind)s」という取込様式はありません。") % {"kind": kind})
    return file_answer(
        template(kind), XLSX_TYPE, f"kansa-template-{kind}.xlsx", f"取込様式_{SPECS[kind].title_ja}.xlsx"
    )
