"""Do the pure packages depend on nothing but their arguments? No clock, no chance, no network, no environment."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.house.source import PURE, Module, dotted, expect_none, faults, found, imports, rooms

OUTSIDE = {
    *("django", "django_htmx", "waitress", "whitenoise", "psycopg"),
    *("socket", "socketserver", "ssl", "http", "urllib.request", "urllib.error", "ftplib", "smtplib", "imaplib"),
    *("asyncio", "requests", "httpx", "aiohttp", "webbrowser", "subprocess", "multiprocessing"),
    *("time", "secrets", "uuid"),
}
CLOCK = {"now", "today", "utcnow", "fromtimestamp", "utcfromtimestamp"}
ENVIRONMENT = {"os.environ", "os.getenv", "os.getcwd", "os.urandom", "environ", "getenv", "urandom"}
# The sample city is drawn with a seed that is an argument; nothing else may draw.
MAY_DRAW = ("sample",)


def reaches_outside(module: Module) -> Iterator[str]:
    """Imports of the network, the clock, chance or Django."""
    for node, name in imports(module):
        if any(name == barred or name.startswith(f"{barred}.") for barred in OUTSIDE):
            yield module.at(node, f"imports {name}")
        if name.split(".")[0] == "random" and not (module.is_in(*MAY_DRAW) and name in ("random", "random.Random")):
            yield module.at(node, f"imports {name}")


def asks_the_world(module: Module) -> Iterator[str]:
    """Calls of the clock, of unseeded chance, and reads of the environment."""
    for node in ast.walk(module.tree):
        name = dotted(node) if isinstance(node, ast.Attribute | ast.Name) else ""
        if name in ENVIRONMENT:
            yield module.at(node, f"reads {name}")
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        if "." in called and called.rpartition(".")[2] in CLOCK:
            yield module.at(node, f"asks the clock: {called}()")
        if called.startswith("random.") and (called != "random.Random" or not node.args):
            yield module.at(node, f"draws without a seed: {called}()")


def leaves_the_standard_library(module: Module) -> Iterator[str]:
    """Imports in core that are neither core nor the standard library, and anything that opens a file."""
    for node, name in imports(module):
        root = name.split(".")[0]
        if root != "kansa" and root not in sys.stdlib_module_names:
            yield module.at(node, f"imports {name}")
        if root == "kansa" and not (f"{name}.").startswith("kansa.core."):
            yield module.at(node, f"imports {name}")
        if root in ("pathlib", "io", "os", "shutil", "tempfile", "sqlite3"):
            yield module.at(node, f"imports {name}: core opens no files")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and dotted(node.func) == "open":
            yield module.at(node, "opens a file")


def test_pure_packages_reach_nothing_outside() -> None:
    expect_none(faults(reaches_outside, rooms(*PURE)))


def test_pure_packages_ask_neither_clock_nor_chance_nor_environment() -> None:
    expect_none(faults(asks_the_world, rooms(*PURE)))


def test_core_is_standard_library_only() -> None:
    expect_none(faults(leaves_the_standard_library, rooms("core")))


@pytest.mark.parametrize(
    "text",
    [
        "import socket",
        "from urllib.request import urlopen",
        "import urllib.request",
        "from urllib import request",
        "from django.db import models",
        "import time",
        "import random",
        "from random import choice",
        "def f():\n    import http.client",
    ],
)
def test_an_import_of_the_outside_is_found(text: str) -> None:
    assert found(reaches_outside, "kansa.core.made_up", text)


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import date\nday = date.today()",
        "import datetime\nat = datetime.datetime.now()",
        "from datetime import datetime as d\nat = d.now(None)",
        "import os\nhome = os.environ['HOME']",
        "import os\nhome = os.getenv('HOME')",
        "import random\nx = random.choice([1])",
        "import random\nx = random.Random()",
    ],
)
def test_a_question_to_the_world_is_found(text: str) -> None:
    assert found(asks_the_world, "kansa.document.made_up", text)


@pytest.mark.parametrize("text", ["import numpy", "from kansa.formats import records", "import pathlib", "open('x')"])
def test_core_leaving_the_standard_library_is_found(text: str) -> None:
    assert found(leaves_the_standard_library, "kansa.core.made_up", text)


def test_what_is_allowed_is_not_found() -> None:
    assert not found(reaches_outside, "kansa.sample.draw", "import random\nfrom urllib.parse import quote")
    assert not found(asks_the_world, "kansa.sample.draw", "import random\nx = random.Random(7)")
    assert not found(leaves_the_standard_library, "kansa.core.x", "from kansa.core import year\nimport hashlib")
