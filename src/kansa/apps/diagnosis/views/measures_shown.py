"""How are measures and what was weighed about them told and drawn?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kansa.apps.diagnosis.actions.decisions import INPUTS_JA
from kansa.apps.diagnosis.forms import INPUT_CHOICES
from kansa.apps.diagnosis.models import Decision
from kansa.core.measures import STEPS_JA, TESTINGS_JA, TREATMENTS_JA, VENDOR_SUPPORTS_JA, QueueCounts
from kansa.core.ssvc import PRIORITIES_JA
from kansa.document.charts.svg import FAINT, INK, LEVEL_FILLS, LEVEL_INKS, Canvas

BAR = 325  # so that the picture fits the smallest screen
ROW = 58
SMALL = 13
PARTS: dict[str, Any] = {
    "overdue": gettext_lazy("期限超過・見直し"),
    "undecided": gettext_lazy("未検討"),
    "waiting": gettext_lazy("承認待ち"),
    "decided": gettext_lazy("決定済み"),
}
FILLS = dict(zip(PARTS, (LEVEL_FILLS[0], LEVEL_FILLS[1], LEVEL_FILLS[3], LEVEL_FILLS[4]), strict=True))
INKS = dict(zip(PARTS, (LEVEL_INKS[0], LEVEL_INKS[1], LEVEL_INKS[3], LEVEL_INKS[4]), strict=True))


def queue_picture(rows: Sequence[QueueCounts]) -> SafeString:
    """A bar for each priority: its measures by how far they are, one piece a part with its number."""
    totals = [sum(getattr(one, part) for part in PARTS) for one in rows]
    most = max(totals, default=0)
    canvas = Canvas(ROW * len(rows) or 1, BAR)
    for place, (one, total) in enumerate(zip(rows, totals, strict=True)):
        top = ROW * place
        said = _("{priority}　{count}件").format(priority=one.priority_ja, count=f"{total:,}")
        canvas.text(0, top + 14, said, SMALL, "start", INK)
        canvas.rect(0, top + 20, BAR, 24, FAINT)
        left = Fraction(0)
        for part in PARTS:
            count = getattr(one, part)
            width = Fraction(BAR * count, most) if most else Fraction(0)
            canvas.rect(left, top + 20, width, 24, FILLS[part])
            if width > 9 * len(str(count)) + 4:
                canvas.text(left + width / 2, top + 37, str(count), SMALL, "middle", INKS[part])
            left += width
    words = _("優先度ごとの対策の数。色は左から{parts}。").format(parts=_("、").join(map(str, PARTS.values())))
    return mark_safe(canvas.svg(_("優先度ごとの対策"), words))  # Canvas escapes every text


def queue_key_shown() -> list[tuple[str, Any]]:
    """(fill, part) of the picture."""
    return [(FILLS[part], words) for part, words in PARTS.items()]


def inputs_shown(one: Decision) -> list[tuple[str, str, str]]:
    """(input, value, why) of a decision."""
    told = one.evidence
    because, changed = told.get("proposed_because", {}), told.get("changed_because", {})
    return [
        (
            INPUTS_JA[name],
            words.get(told.get("inputs", {}).get(name, ""), "－"),
            changed.get(name) or because.get(name, ""),
        )
        for name, words in INPUT_CHOICES.items()
    ]


def options_shown(one: Decision) -> list[dict[str, Any]]:
    """The ways that were compared, each with what is left after it."""
    left = {"fix": _("なし"), "avoid": _("なし"), "accept": PRIORITIES_JA.get(one.priority, "－")}
    if one.treatment == "mitigate":
        left["mitigate"] = PRIORITIES_JA.get(one.residual_priority, "－")
    return [
        {
            "words": TREATMENTS_JA[code],
            "is_chosen": code == one.treatment,
            "left": left.get(code, "－"),
            **one.evidence.get("options", {}).get(code, {}),
        }
        for code in TREATMENTS_JA
        if code == one.treatment or code in one.evidence.get("options", {})
    ]


def decision_shown(one: Decision) -> dict[str, Any]:
    """A step in words."""
    return {
        "one": one,
        "step": STEPS_JA[one.step],
        "treatment": TREATMENTS_JA[one.treatment],
        "priority": PRIORITIES_JA.get(one.priority, "－"),
        "residual": PRIORITIES_JA.get(one.residual_priority, ""),
        "testing": TESTINGS_JA.get(one.testing, _("未確認")),
        "vendor_support": VENDOR_SUPPORTS_JA.get(one.vendor_support, _("未確認")),
        "reason": one.evidence.get("withdrawn_ja") or one.evidence.get("sent_back_ja", "")
        if one.step in ("withdrawn", "sent_back")
        else "",
    }
