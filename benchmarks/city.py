"""Where do the benchmarks find a database? A temporary home, with the sample city in it when asked."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from kansa.config.home import create_home


def new_home(database_url: str = "") -> Path:
    """An empty home, Django started on it, removed when the program ends; SQLite unless a database is named."""
    home = Path(tempfile.mkdtemp(prefix="kansa-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    create_home(home)
    os.environ["KANSA_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kansa.config.settings"
    os.environ.pop("DATABASE_URL", None)
    if database_url:
        os.environ["DATABASE_URL"] = database_url
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    return home


def sample_city() -> tuple[Path, int]:
    """A home with the sample city imported and not yet frozen, and the year to report."""
    home = new_home()
    from kansa.apps.annual_report.actions import import_file
    from kansa.apps.people.actions import found_municipality
    from kansa.apps.trail.actions import ImportOptions
    from kansa.sample import YEAR, generate
    from tests.cast import CLERK

    found_municipality(CLERK, "みほん市（架空）")
    for file in generate():
        options = ImportOptions(**dict(file.options))
        outcome = import_file(CLERK, file.kind, file.data, file.name, apply=True, options=options)
        if outcome.refusals:
            raise RuntimeError("\n".join(refusal.ja() for refusal in outcome.refusals))
    return home, YEAR
