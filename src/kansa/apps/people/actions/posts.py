"""How does it become known where a person worked in a year that no roster of kansa covers?"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from kansa.apps.people import models
from kansa.apps.people.models import YEARS
from kansa.apps.people.queries import department_book
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor


def add_former_post(
    actor: Actor, staff_number: str, fiscal_year: int, department_code: str, post_ja: str = ""
) -> models.FormerPost:
    """Enters a post of an earlier year. The trail keeps year and department, not the person.

    Raises InputError for a department that did not exist in that year, or a post that is entered already.
    """
    require(actor, "manage_organisation")
    department = department_book(actor.municipality_id).find(department_code, fiscal_year)
    if not YEARS[0] <= fiscal_year <= YEARS[1] or not staff_number.strip():
        raise InputError(Refusal("bad_year", "年度と職員番号を確かめてください。", Place(column="年度")))
    if department is None:
        reason = department_book(actor.municipality_id).unknown_ja(department_code, fiscal_year)
        raise InputError(Refusal("unknown_department", reason, Place(column="所属コード")))
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = models.FormerPost.objects.create(
                    municipality_id=actor.municipality_id,
                    staff_number=staff_number.strip(),
                    fiscal_year=fiscal_year,
                    department=department,
                    post_ja=post_ja.strip(),
                )
        except IntegrityError:
            reason = "この年度のこの課所等は、既に登録されています。"
            raise InputError(Refusal("held_already", reason, Place(column="所属コード"))) from None
        record(actor, "add", "former_post", str(made.pk), {}, told(made))
    return made


def remove_former_post(actor: Actor, post_id: int) -> str:
    """Takes an entered post back; the staff number it belonged to. Raises RuleError when there is none."""
    require(actor, "manage_organisation")
    with transaction.atomic():
        found = models.FormerPost.objects.visible_to(actor).filter(pk=post_id).select_related("department").first()
        if found is None:
            raise RuleError("no_such_post", "この過去の所属はありません。")
        record(actor, "remove", "former_post", str(found.pk), told(found), {})
        found.delete()
    return str(found.staff_number)


def told(post: models.FormerPost) -> dict[str, object]:
    """What the trail keeps of a post."""
    return {"fiscal_year": post.fiscal_year, "department": post.department.code}
