"""Which fields do the pages of an import, a freeze, an approval and the first run ask for?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.people.models import YEARS
from kansa.apps.trail.actions import ImportOptions, Upload
from kansa.core.checks import SEVERITIES, SEVERITIES_JA, Notice

MOST_FILES = 20
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_TOTAL = 50 * 1024 * 1024
MEGABYTE = 1024 * 1024
# A file of these is always the whole list, or never, so there is nothing to say about rows it lacks.
NEVER_ASKED = ("checklist", "guideline", "worksheet", "accounts")
FOREIGN_DRILLS = ("drill_gophish_results", "drill_gophish_events", "drill_simulation")


class ManyFilesInput(forms.ClearableFileInput):
    """The browser's choice of several files at once."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files; each is looked at by number and size before anything is read."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files in the order in which they were chosen."""
        given: list[UploadedFile] = [one for one in data or [] if one]
        if not given:
            raise forms.ValidationError(_("ファイルを選んでください。"))
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("一度に選べるのは%(most)d個までです。") % {"most": MOST_FILES})
        for one in given:
            if (one.size or 0) > LARGEST_FILE:
                words = {"name": one.name, "most": LARGEST_FILE // MEGABYTE}
                raise forms.ValidationError(
                    _("「%(name)s」が大きすぎます（%(most)d MB まで）。分けてください。") % words
                )
        if sum(one.size or 0 for one in given) > LARGEST_TOTAL:
            raise forms.ValidationError(
                _("ファイルの合計が大きすぎます（%(most)d MB まで）。") % {"most": LARGEST_TOTAL // MEGABYTE}
            )
        return given


class ImportForm(forms.Form):
    """The files of one import and what they cannot say themselves."""

    chosen = ManyFiles(label=gettext_lazy("ファイル"))
    fiscal_year = forms.IntegerField(
        label=gettext_lazy("年度（西暦）"),
        required=False,
        min_value=YEARS[0],
        max_value=YEARS[1],
        help_text=gettext_lazy("入れると、ほかの年度の行があるファイルを受け付けません。"),
    )
    drill_code = forms.CharField(label=gettext_lazy("訓練コード"), max_length=40)
    replace = forms.BooleanField(
        label=gettext_lazy("ファイルを全件の一覧とみなし、同じ年度でファイルにない登録を削除する"), required=False
    )

    def __init__(self, kind: str, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        is_foreign = kind in FOREIGN_DRILLS
        self.fields["chosen"].widget.attrs["accept"] = ".csv,.json" if is_foreign else ".xlsx,.csv,.txt"
        self.fields["chosen"].help_text = _("一度に%(most)d個まで。一つでも誤りがあれば、どれも取り込みません。") % {
            "most": MOST_FILES
        }
        if is_foreign:
            self.fields["fiscal_year"].required = True
            self.fields["fiscal_year"].help_text = _("ファイルには年度がないため、指定します。")
        else:
            del self.fields["drill_code"]
        if kind in NEVER_ASKED:
            del self.fields["replace"]

    def options(self) -> ImportOptions:
        """What the person said besides the files."""
        given = self.cleaned_data
        return ImportOptions(given["fiscal_year"], given.get("drill_code", ""), given.get("replace", False))

    def uploads(self) -> list[Upload]:
        """The files with their bytes."""
        return [Upload(str(one.name), one.read()) for one in self.cleaned_data["chosen"]]


class MappedForm(forms.Form):
    """Files that only a mapping can read, and the kept mapping."""

    fiscal_year = forms.IntegerField(
        label=gettext_lazy("年度（西暦）"),
        min_value=YEARS[0],
        max_value=YEARS[1],
        help_text=gettext_lazy("ファイルの回答がどの年度のものか。令和5年度は 2023。"),
    )
    chosen = ManyFiles(
        label=gettext_lazy("ファイル"),
        help_text=gettext_lazy(
            "Excel、CSV、LimeSurvey の CSV。一つの年度を何個かに分けたファイルは、まとめて選んでください。"
        ),
    )
    saved = forms.ChoiceField(
        label=gettext_lazy("対応表"),
        required=False,
        help_text=gettext_lazy("前に保存した対応表を使うか、見出しと回答から提案させます。"),
    )

    def __init__(self, names: Sequence[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["chosen"].widget.attrs["accept"] = ".xlsx,.csv,.txt"
        choices = [("", _("見出しから提案する")), *((name, name) for name in names)]
        self.fields["saved"].choices = choices  # type: ignore[attr-defined]

    def uploads(self) -> list[Upload]:
        """The files with their bytes."""
        return [Upload(str(one.name), one.read()) for one in self.cleaned_data["chosen"]]


class PastForm(MappedForm):
    """The files of a past year of the self-inspection."""


class DrillTableForm(MappedForm):
    """The files of a drill that a firm carried out."""

    field_order = ("fiscal_year", "drill_code", "chosen", "saved")
    drill_code = forms.CharField(
        label=gettext_lazy("訓練コード"),
        max_length=40,
        help_text=gettext_lazy("訓練の一回を示すコード。報告書と結果の画面では、年度と合わせて使います。例：R6-1"),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["fiscal_year"].help_text = _("訓練を行った年度。令和5年度は 2023。")
        self.fields["chosen"].help_text = _(
            "Excel か CSV。一行が一人の表。部局ごとに分かれていれば、まとめて選びます。"
        )


@dataclass(frozen=True, slots=True)
class Acceptable:
    """What one check says, and the field in which a reason may be given for freezing all the same."""

    code: str
    severity: str
    title_ja: str
    first: Notice
    count: int
    field: forms.BoundField | None  # None: must be mended


class FreezeForm(forms.Form):
    """Why a year is frozen (again), and for which notices the office has a reason."""

    reason_ja = forms.CharField(
        label=gettext_lazy("凍結する理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, notices: tuple[Notice, ...], *arguments: Any, is_again: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        reason = self.fields["reason_ja"]
        reason.required = is_again
        reason.help_text = _("凍結し直すには理由が必要です。版の一覧に残ります。") if is_again else _("任意です。")
        self.by_code: dict[str, list[Notice]] = {}
        for notice in sorted(notices, key=lambda one: SEVERITIES.index(one.severity)):
            if notice.severity != "info":
                self.by_code.setdefault(notice.code, []).append(notice)
        for code, found in self.by_code.items():
            if all(one.acceptable or one.severity != "block" for one in found):
                label = _("承知の上で凍結する理由") + f"（{code}）"
                self.fields[f"accept_{code}"] = forms.CharField(label=label, max_length=300, required=False)

    def acceptables(self) -> list[Acceptable]:
        """The notices with their fields, gravest first."""
        return [
            Acceptable(
                code,
                found[0].severity,
                SEVERITIES_JA[found[0].severity],
                found[0],
                len(found),
                self[f"accept_{code}"] if f"accept_{code}" in self.fields else None,
            )
            for code, found in self.by_code.items()
        ]

    def accepted(self) -> dict[str, str]:
        """Code -> reason, of those with a reason."""
        given = self.cleaned_data
        reasons = {code: given.get(f"accept_{code}", "") for code in self.by_code}
        return {code: reason for code, reason in reasons.items() if reason}


class ConfirmForm(forms.Form):
    """The approval as the other system has it."""

    number = forms.CharField(label=gettext_lazy("決裁番号"), max_length=60)
    by_ja = forms.CharField(label=gettext_lazy("決裁者"), max_length=100, help_text=gettext_lazy("職名"))
    approved_on = forms.DateField(
        label=gettext_lazy("決裁日"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    is_sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class NameForm(forms.Form):
    """What the municipality is called."""

    name_ja = forms.CharField(
        label=gettext_lazy("市区町村の名称"), max_length=100, help_text=gettext_lazy("報告書の表紙に載ります。")
    )


class BeginForm(forms.Form):
    """Which fiscal year begins with the usual rules."""

    fiscal_year = forms.IntegerField(label=gettext_lazy("年度（西暦）"), min_value=YEARS[0], max_value=YEARS[1])
