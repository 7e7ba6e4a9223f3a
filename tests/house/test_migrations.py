"""Do the migrations say the same as the models, each app with one last step?"""

from __future__ import annotations

import re
from collections import Counter

import django.apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.house.source import ROOT, SRC

APPS = SRC / "kansa/apps"


def labels() -> list[str]:
    """The apps of kansa that have tables."""
    configs = django.apps.apps.get_app_configs()
    return [config.label for config in configs if config.name.startswith("kansa.") and list(config.get_models())]


def split(graph: MigrationGraph, wanted: list[str]) -> list[str]:
    """Apps whose history ends in more than one migration, or in none."""
    ends = Counter(app for app, _ in graph.leaf_nodes())
    return [label for label in wanted if ends[label] != 1]


def written() -> MigrationLoader:
    """The migrations as they stand in the files; no database is asked."""
    return MigrationLoader(None, ignore_no_migrations=True)


def unwritten(before: ProjectState, after: ProjectState, graph: MigrationGraph) -> dict[str, list[str]]:
    """App -> what its models say and its migrations do not."""
    changes = MigrationAutodetector(before, after).changes(graph=graph)
    return {app: [step.describe() for entry in found for step in entry.operations] for app, found in changes.items()}


def test_models_and_migrations_agree() -> None:
    loader = written()
    found = unwritten(loader.project_state(), ProjectState.from_apps(django.apps.apps), loader.graph)
    assert {app: steps for app, steps in found.items() if app in labels()} == {}  # other packages keep their own


def test_an_unwritten_migration_is_found() -> None:
    now = ProjectState.from_apps(django.apps.apps)
    app, model = next(iter(now.models))
    older = now.clone()
    older.remove_model(app, model)
    assert app in unwritten(older, now, written().graph)


def test_every_app_has_one_last_migration() -> None:
    graph = written().graph
    assert labels()
    assert split(graph, labels()) == []


def test_two_last_migrations_are_found() -> None:
    graph = MigrationGraph()
    for name in ("0001_initial", "0002_one", "0002_two"):
        graph.add_node(("plan", name), None)
    for name in ("0002_one", "0002_two"):
        graph.add_dependency(None, ("plan", name), ("plan", "0001_initial"))
    assert split(graph, ["plan", "people"]) == ["plan", "people"]


def test_migrations_have_names_a_person_gave() -> None:
    automatic = [
        path.relative_to(ROOT).as_posix()
        for path in sorted(APPS.glob("*/migrations/0*.py"))
        if re.search(r"_auto_\d|_and_more\.py$", path.name)
    ]
    assert automatic == []
