"""Does the Django side keep the manners of the house? Plain rows, plain calls, one place for each thing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT, Module, dotted, expect_none, faults, found, imports, rooms

FURNITURE = {
    *("__init__", "apps", "models", "queries", "actions", "forms", "views", "urls", "messages", "migrations"),
    *("templates", "templatetags", "static", "management", "locale"),
}
SURPRISES = ("django.db.models.signals", "django.dispatch", "django.core.signals", "django.contrib.contenttypes.fields")
ONE_DATABASE_ONLY = ("django.contrib.postgres",)


def acts_at_a_distance(module: Module) -> Iterator[str]:
    """Signals, generic foreign keys, and fields that only one database has."""
    for node, name in imports(module):
        if any(name == barred or name.startswith(f"{barred}.") for barred in (*SURPRISES, *ONE_DATABASE_ONLY)):
            yield module.at(node, f"imports {name}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and dotted(node).endswith("GenericForeignKey"):
            yield module.at(node, "uses GenericForeignKey")


def takes_views(module: Module) -> Iterator[str]:
    """Imports of a views module anywhere but in urls."""
    if module.path.stem == "urls":
        return
    for node, name in imports(module):
        parts = name.split(".")
        inside = "views" in module.name.split(".")
        if parts[0] == "kansa" and "views" in parts and not (inside and name.startswith(module.name.split("views")[0])):
            yield module.at(node, f"imports {name}: only urls.py imports views")


def writes_outside_actions(module: Module) -> Iterator[str]:
    """Transactions opened anywhere but in actions: a page that reads must not take the write lock."""
    if not module.is_in("apps") or "actions" in module.name.split("."):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in ("transaction.atomic", "atomic"):
            yield module.at(node, "opens a transaction outside actions")


def locks_every_request(module: Module) -> Iterator[str]:
    """ATOMIC_REQUESTS would make every read take the write lock of SQLite."""
    for number, line in enumerate(module.text.splitlines(), 1):
        if "ATOMIC_REQUESTS" in line and "True" in line:
            yield f"{module.path}:{number}: ATOMIC_REQUESTS"


def leaves_a_cursor(module: Module) -> Iterator[str]:
    """Loops whose cursor on PostgreSQL may outlive them: a bare .iterator(), a generator that yields out of one."""
    if module.name == "kansa.apps.trail.queries.reading":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("iterator", "aiterator"):
            yield module.at(node, "reads with .iterator(): use trail.queries.streamed")
        if isinstance(node, ast.FunctionDef) and "contextmanager" not in map(dotted, node.decorator_list):
            for block in ast.walk(node):
                if isinstance(block, ast.With) and opens_rows(block) and any(map(is_yield, ast.walk(block))):
                    yield module.at(block, "yields out of a streamed block: whoever breaks off leaves it open")


def opens_rows(block: ast.With) -> bool:
    """Whether the block reads rows by `streamed`."""
    calls = (one.context_expr for one in block.items)
    return any(isinstance(call, ast.Call) and dotted(call.func).split(".")[-1] == "streamed" for call in calls)


def is_yield(node: ast.AST) -> bool:
    """Whether it makes its function a generator."""
    return isinstance(node, ast.Yield | ast.YieldFrom)


def strange_furniture() -> list[str]:
    """Files and folders of an app that no other app would have."""
    return [
        path.relative_to(ROOT).as_posix()
        for app in sorted((ROOT / "src/kansa/apps").iterdir())
        if app.is_dir() and app.name != "__pycache__"
        for path in sorted(app.iterdir())
        if path.name != "__pycache__" and path.name.split(".")[0] not in FURNITURE
    ]


def test_nothing_acts_at_a_distance() -> None:
    expect_none(faults(acts_at_a_distance, rooms("apps", "config")))


def test_only_urls_import_views() -> None:
    expect_none(faults(takes_views, rooms("apps", "config")))


def test_transactions_are_opened_in_actions() -> None:
    expect_none(faults(writes_outside_actions, rooms("apps")))


def test_no_request_is_a_transaction_by_itself() -> None:
    expect_none(faults(locks_every_request, rooms("config")))


def test_no_loop_leaves_a_cursor() -> None:
    expect_none(faults(leaves_a_cursor, rooms("apps", "config", "cli")))


def test_every_app_has_the_same_furniture() -> None:
    expect_none(strange_furniture())


@pytest.mark.parametrize(
    "text",
    [
        "from django.db.models.signals import post_save",
        "from django.dispatch import receiver",
        "from django.contrib.contenttypes.fields import GenericForeignKey",
        "from django.contrib.postgres.fields import ArrayField",
    ],
)
def test_action_at_a_distance_is_found(text: str) -> None:
    assert found(acts_at_a_distance, "kansa.apps.plan.models", text)


@pytest.mark.parametrize("text", ["from kansa.apps.plan import views", "from kansa.apps.plan.views import page"])
def test_a_view_taken_is_found(text: str) -> None:
    assert found(takes_views, "kansa.apps.plan.actions", text)
    assert found(takes_views, "kansa.apps.findings.views", text)
    assert not found(takes_views, "kansa.apps.plan.urls", text)
    assert not found(takes_views, "kansa.apps.plan.views.pages", text)


def test_a_transaction_outside_actions_is_found() -> None:
    text = "from django.db import transaction\nwith transaction.atomic():\n    pass"
    assert found(writes_outside_actions, "kansa.apps.plan.queries", text)
    assert not found(writes_outside_actions, "kansa.apps.plan.actions", text)


@pytest.mark.parametrize(
    "text",
    [
        "for row in rows.iterator(chunk_size=5):\n    pass",
        "def found(rows):\n    with streamed(rows) as some:\n        yield from some",
        "def found(rows):\n    with queries.streamed(rows) as some:\n        for one in some:\n            yield one",
    ],
)
def test_a_cursor_left_is_found(text: str) -> None:
    assert found(leaves_a_cursor, "kansa.apps.plan.queries", text)


def test_a_cursor_that_is_closed_is_none() -> None:
    text = "@contextmanager\ndef found(rows):\n    with streamed(rows) as some:\n        yield some"
    assert not found(leaves_a_cursor, "kansa.apps.plan.queries", text)


def test_requests_as_transactions_are_found() -> None:
    assert found(locks_every_request, "kansa.config.settings", "DATABASES = {'default': {'ATOMIC_REQUESTS': True}}")
