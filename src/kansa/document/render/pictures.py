"""How does a chart's SVG become a PNG for programs that do not draw SVG? By the same typesetter as the PDF."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from kansa.document.blocks import Chart
from kansa.document.render.typesetter import typeset

# One page a picture, cut to its size; the file names come as data.
_TEMPLATE = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for name in json("names.json") { page(image(name)) }
"""
_KEPT = 64

_cache: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def pngs(charts: Sequence[Chart]) -> list[bytes]:
    """One PNG a chart at 192 pixels an inch; pictures drawn before in this process are not drawn again."""
    keys = [hashlib.sha256(chart.svg.encode()).hexdigest() for chart in charts]
    with _lock:
        known = {key: _cache[key] for key in keys if key in _cache}
    missing = {key: chart.svg for key, chart in zip(keys, charts, strict=True) if key not in known}
    if missing:
        known |= _drawn(missing)
        with _lock:
            _cache.update(known)
            while len(_cache) > _KEPT:
                _cache.popitem(last=False)
    return [known[key] for key in keys]


def _drawn(svgs: dict[str, str]) -> dict[str, bytes]:
    """All pictures in one run."""
    files = {f"{key}.svg": svg.encode() for key, svg in svgs.items()}
    names = json.dumps(list(files)).encode()
    pages = typeset({"main.typ": _TEMPLATE, "names.json": names, **files}, "png")
    return dict(zip(svgs, pages, strict=True))
