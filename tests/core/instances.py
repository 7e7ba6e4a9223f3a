"""Which audit years do the property tests try? Random small ones, with everything that real ones have."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from kansa.core.comparison import ItemLinks
from kansa.core.maturity import Grid

CELLS = st.sampled_from("01233344NN-.")


@dataclass(frozen=True)
class Instance:
    """Two years and how they relate."""

    prior: Grid
    this: Grid
    links: ItemLinks
    departments: dict[str, str]


@st.composite
def grids(draw: st.DrawFn, prefix: str, items: tuple[str, ...], max_departments: int = 4) -> Grid:
    """A grid whose departments may stand in several rows."""
    names = st.sampled_from([f"{prefix}{place}" for place in range(max_departments)])
    departments = draw(st.lists(names, min_size=0, max_size=5))
    rows = [draw(st.text(CELLS, min_size=len(items), max_size=len(items))) for _name in departments]
    return Grid(tuple(departments), items, tuple(rows))


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Carried, revised (also split and joined), added and dropped items; departments that stay, come and go."""
    carried, revised, added, dropped = (draw(st.integers(0, most)) for most in (4, 3, 2, 2))
    links = ItemLinks(
        tuple((f"c{n}", f"C{n}") for n in range(carried)),
        tuple((f"r{n}", f"R{draw(st.integers(0, revised - 1))}") for n in range(revised)),
        tuple(f"a{n}" for n in range(added)),
        tuple(f"D{n}" for n in range(dropped)),
    )
    this_items = [this for this, _prior in (*links.carried, *links.revised)] + list(links.added)
    prior_items = [prior for _this, prior in links.carried] + sorted({prior for _this, prior in links.revised})
    prior_items += links.dropped
    prior = draw(grids("p", tuple(draw(st.permutations(prior_items)))))
    this = draw(grids("t", tuple(draw(st.permutations(this_items)))))
    same = draw(st.lists(st.integers(0, 3), unique=True, max_size=4))
    shift = draw(st.integers(0, 3))
    return Instance(prior, this, links, {f"t{n}": f"p{(n + shift) % 4}" for n in same})
