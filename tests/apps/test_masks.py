"""Does a respondent's mask keep every answer apart, for any answers?"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.actions import masks
from tests.builders import answer


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.sampled_from("yn- "), min_size=1, max_size=62))
def test_masks_lose_no_answer(letters: list[str]) -> None:
    asked = {f"Q{place}": ControlItem(code=f"Q{place}", bit=place - 1) for place in range(1, len(letters) + 1)}
    met, applicable, answered = masks(answer("R1", "".join(letters)), asked)[:3]
    assert met < 2**63 and met & ~applicable == 0 and applicable & ~answered == 0
    for place, letter in enumerate(letters):
        bits = (met >> place & 1, applicable >> place & 1, answered >> place & 1)
        assert bits == {"y": (1, 1, 1), "n": (0, 1, 1), "-": (0, 0, 1), " ": (0, 0, 0)}[letter]
