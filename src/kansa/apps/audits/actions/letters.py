"""How are letters written and templates replaced?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from kansa.apps.audits.models import Letter, LetterTemplate
from kansa.apps.audits.queries import LetterForm, letter_form, template_of
from kansa.apps.audits.queries.letters import lists_of
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import record, require
from kansa.apps.trail.actions.originals import write_once
from kansa.core.errors import InputError, RuleError
from kansa.core.permission import Actor
from kansa.document.letters.kinds import KINDS
from kansa.document.letters.pdf import letter_pdf
from kansa.document.letters.template import check_template, fill

LONGEST_FIELD = 4000


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as bytes."""

    data: bytes
    kind: str  # docx | pdf


def save_letter(actor: Actor, engagement: Engagement, kind: str, version: int, typed: Mapping[str, str]) -> Letter:
    """Keeps what was typed into the fields. Raises RuleError when somebody saved the letter meanwhile.

    The caller has asked whether the person may write letters about this engagement.
    """
    told = f"{kind}/{engagement.fiscal_year}/{engagement.code}"
    return save_words(actor, kind, "engagement", str(engagement.pk), told, version, typed)


def save_words(
    actor: Actor, kind: str, subject: str, subject_key: str, told: str, version: int, typed: Mapping[str, str]
) -> Letter:
    """Keeps what was typed into the fields of a letter about any subject; `told`: how the trail names it.

    The caller has asked whether the person may. Raises RuleError when somebody saved the letter meanwhile.
    """
    fields = {name: typed[name][:LONGEST_FIELD] for name in KINDS[kind].field_names if name in typed}
    with transaction.atomic():
        standing = Letter.objects.visible_to(actor).filter(kind=kind, subject=subject, subject_key=subject_key)
        letter = standing.first() or Letter(
            municipality_id=actor.municipality_id, kind=kind, subject=subject, subject_key=subject_key, version=0
        )
        if letter.version != version:
            raise RuleError(
                "changed_meanwhile",
                "この文書は、画面を開いたあとにほかの人が保存しました。今の内容を確かめてください。",
            )
        letter.fields, letter.version = fields, version + 1
        letter.saved_by_id, letter.saved_at = actor.account_id, timezone.now()
        letter.save()
        record(actor, "write", "letter", told, {}, {"version": version + 1})
    return letter


def write_letter(actor: Actor, engagement: Engagement, kind: str, form: str) -> Written:
    """The letter as a Word or PDF file. `form`: docx | pdf. Raises InputError for what the template or fonts refuse."""
    template, _ = template_of(actor, kind)
    known = letter_form(actor, kind, engagement)
    return written(template, known, lists_of(known.kind, engagement), form)


def written(template: bytes, known: LetterForm, lists: Mapping[str, Sequence[Mapping[str, str]]], form: str) -> Written:
    """A letter about any subject on its template. Raises InputError for what the template or fonts refuse."""
    docx = fill(known.kind.id, template, known.values, lists)
    if form == "docx":
        return Written(docx, form)
    return Written(letter_pdf(docx, known.kind.title_ja, known.values["市区町村"]), form)


def replace_template(actor: Actor, kind: str, name: str, data: bytes) -> tuple[str, ...]:
    """Takes a new template into use; what its PDF will not show. Raises InputError with everything wrong with it."""
    require(actor, "manage_letters")
    looked = check_template(kind, data)
    if looked.refusals:
        raise InputError(*looked.refusals)
    sha256 = hashlib.sha256(data).hexdigest()
    stored = f"{actor.municipality_id}/templates/{sha256}"
    with transaction.atomic():
        write_once(storages["default"], stored, data)
        LetterTemplate.objects.create(
            municipality_id=actor.municipality_id,
            kind=kind,
            name=name[-255:],
            sha256=sha256,
            stored_name=stored,
            size=len(data),
            uploaded_by_id=actor.account_id,
            uploaded_at=timezone.now(),
        )
        record(actor, "replace", "letter_template", kind, {}, {"name": name[-255:], "sha256": sha256})
    return looked.warnings


def withdraw_template(actor: Actor, kind: str) -> None:
    """Goes back to kansa's own template."""
    require(actor, "manage_letters")
    with transaction.atomic():
        rows = LetterTemplate.objects.visible_to(actor).filter(kind=kind, withdrawn_at__isnull=True)
        if rows.update(withdrawn_at=timezone.now()):
            record(actor, "withdraw", "letter_template", kind, {}, {})
