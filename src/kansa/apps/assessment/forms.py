"""What is typed into the worksheet, the preliminary survey and the evidence form?"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from kansa.apps.assessment.models import METHODS
from kansa.apps.assessment.queries.entries import (
    FIELDS,
    METHODS_JA,
    NOT_APPLICABLE_MARK,
    TOGETHER,
    Entry,
    entry_from,
)
from kansa.core.three_way import MergedField, merge, resolved
from kansa.core.year import LEVELS
from kansa.formats.folding import fold_prose

LONGEST = 10_000
MARKS = [("", ""), *((mark, mark) for mark in (*LEVELS, NOT_APPLICABLE_MARK))]


class JudgementForm(forms.Form):
    """One judgement, with the version it was opened with and, in `base`, what stood there then."""

    mark = forms.ChoiceField(label=_("判定"), choices=MARKS, required=False)
    reason_ja = forms.CharField(label=_("対象外の理由"), max_length=LONGEST, required=False)
    evidence_ja = forms.CharField(label=_("確認した証拠"), max_length=LONGEST, required=False)
    methods = forms.MultipleChoiceField(label=_("確認の方法"), choices=list(METHODS_JA.items()), required=False)
    version = forms.IntegerField(label=_("版"), min_value=0)
    base = forms.CharField(required=False, strip=False)
    theirs = forms.CharField(required=False, strip=False)

    def clean_reason_ja(self) -> str:
        """The reason as it was meant; line ends of every browser alike."""
        return fold_prose(self.cleaned_data["reason_ja"])

    def clean_evidence_ja(self) -> str:
        """The note as it was meant."""
        return fold_prose(self.cleaned_data["evidence_ja"])

    @property
    def entry(self) -> Entry:
        """What was typed."""
        given = self.cleaned_data
        methods = ",".join(word for word in METHODS if word in given.get("methods", ()))
        return Entry(given.get("mark", ""), given.get("reason_ja", ""), given.get("evidence_ja", ""), methods)

    def merged(self) -> Entry:
        """What was typed; on the page that compares two versions, what was chosen. Raises RuleError."""
        theirs = read_entry(self.cleaned_data["theirs"])
        if theirs is None:
            return self.entry
        fields = compare(read_entry(self.cleaned_data["base"]) or Entry(), self.entry, theirs)
        return entry_from({name: str(value) for name, value in resolved(fields, choices(self.data, fields), TOGETHER)})


def compare(base: Entry, mine: Entry, theirs: Entry) -> tuple[MergedField, ...]:
    """The two versions field by field."""
    return merge(base.as_record(), mine.as_record(), theirs.as_record(), TOGETHER)


def choices(data: Mapping[str, str], fields: tuple[MergedField, ...]) -> dict[str, str]:
    """Field -> mine or theirs; a reason for 対象外 goes with its judgement where both are in conflict."""
    conflicts = {field.name for field in fields if field.kind == "conflict"}
    found = {name: data.get(f"choose_{name}", "") for name in FIELDS}
    if {"mark", "reason_ja"} <= conflicts:
        found["reason_ja"] = found["mark"]
    return found


def written_entry(entry: Entry) -> str:
    """An entry as a hidden field carries it."""
    return json.dumps([getattr(entry, name) for name in FIELDS], ensure_ascii=False)


def read_entry(text: str) -> Entry | None:
    """The entry of a hidden field; None for an empty one, or one that somebody broke."""
    try:
        values = json.loads(text)
    except ValueError:
        return None
    if not isinstance(values, list) or len(values) != len(FIELDS) or not all(isinstance(one, str) for one in values):
        return None
    return entry_from(dict(zip(FIELDS, values, strict=True)))


class AnswerForm(forms.Form):
    """One answer of the preliminary survey."""

    answer_ja = forms.CharField(label=_("回答"), max_length=LONGEST, required=False)
    claimed_level = forms.TypedChoiceField(
        label=_("自己評価のレベル"), choices=MARKS[:-1], coerce=int, empty_value=None, required=False
    )
    version = forms.IntegerField(label=_("版"), min_value=0)

    def clean_answer_ja(self) -> str:
        """The answer as it was meant."""
        return fold_prose(self.cleaned_data["answer_ja"])


class EvidenceForm(forms.Form):
    """What a file is about; the files themselves are taken from the request."""

    side = forms.ChoiceField(label=_("区分"), choices=[("auditor", ""), ("auditee", "")])
    item = forms.CharField(label=_("項目コード"), max_length=40, required=False)
    note_ja = forms.CharField(label=_("説明"), max_length=2000, required=False)
