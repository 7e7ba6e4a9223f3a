"""How are letters written and templates replaced?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from kansa.apps.audits.models import Letter, LetterTemplate
from kansa.apps.audits.queries import LetterSubject, letter_form, saved_letter, template_of
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


def save_letter(actor: Actor, subject: LetterSubject, kind: str, version: int, typed: Mapping[str, str]) -> Letter:
    """Keeps what was typed into the fields. Raises RuleError when somebody saved the letter meanwhile.

    The caller has asked whether the person may write letters about this subject.
    """
    names = (*KINDS[kind].field_names, *(field.name for field in subject.more))
    fields = {name: typed[name][:LONGEST_FIELD] for name in names if name in typed}
    with transaction.atomic():
        letter = saved_letter(actor, kind, subject) or Letter(
            municipality_id=actor.municipality_id,
            kind=kind,
            subject=subject.name,
            subject_key=subject.key,
            version=0,
        )
        if letter.version != version:
            raise RuleError(
                "changed_meanwhile",
                "この文書は、画面を開いたあとにほかの人が保存しました。今の内容を確かめてください。",
            )
        letter.fields, letter.version = fields, version + 1
        letter.saved_by_id, letter.saved_at = actor.account_id, timezone.now()
        letter.save()
        record(actor, "write", "letter", f"{kind}/{subject.told_key}", {}, {"version": version + 1})
    return letter


def write_letter(actor: Actor, subject: LetterSubject, kind: str, form: str, template: bytes | None = None) -> Written:
    """The letter as a Word or PDF file, on the template in use or on another of its kind. `form`: docx | pdf.

    Raises InputError for what the template or fonts refuse.
    """
    template = template_of(actor, kind)[0] if template is None else template
    known = letter_form(actor, kind, subject)
    rows = subject.rows(known.values)
    values = {name: known.values[name] for name in known.kind.field_names}
    docx = fill(kind, template, values, {one.name: rows[one.name] for one in known.kind.lists})
    if form == "docx":
        return Written(docx, form)
    return Written(letter_pdf(docx, known.kind.title_ja, values["市区町村"]), form)


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
