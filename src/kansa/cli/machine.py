"""The commands about this machine: doctor, serve, and the demo that shows everything."""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from kansa import __version__
from kansa.cli import reporting
from kansa.cli.accounts import add_demo_accounts
from kansa.cli.demo_audits import add_demo_audits, person
from kansa.cli.demo_diagnosis import add_demo_diagnosis, add_demo_measures
from kansa.cli.demo_inspection import add_demo_inspection
from kansa.cli.demo_plan import add_demo_plan
from kansa.cli.outcome import DIFFERS, GOOD, Outcome, say
from kansa.cli.progress import steps
from kansa.cli.records import write_file
from kansa.cli.setting_up import choose_home, is_home_made, operator, start_django
from kansa.core.errors import InputError, KansaError, RuleError

if TYPE_CHECKING:
    from kansa.sample import SampleFile

LIBRARIES = (
    "Django",
    "highspy",
    "typst",
    "pylopdf-fonts-jp",
    "python-docx",
    "xlsxwriter",
    "python-calamine",
    "waitress",
)
LOOPBACK = "127.0.0.1"
SAMPLE_CITY = "みほん市（架空）"
EARLIEST_CLOCK = datetime(2025, 1, 1, tzinfo=UTC)


def doctor(_options: Namespace) -> Outcome:
    """Looks at fonts, database, trail, clock and versions."""
    looked: list[tuple[str, bool, str]] = [
        ("Python", sys.version_info >= (3, 11), f"{platform.python_version()}（{platform.system()}）"),
        ("kansa", True, __version__),
    ]
    for name in LIBRARIES:
        try:
            looked.append((name, True, version(name)))
        except PackageNotFoundError:
            looked.append((name, False, "導入されていません"))
    looked += [_fonts(), _clock(), *_database()]
    lines = [f"{'○' if good else '×'} {name}：{words}" for name, good, words in looked]
    data = {"looked": [{"name": name, "good": good, "found": words} for name, good, words in looked]}
    return Outcome(lines, data, GOOD if all(good for _name, good, _words in looked) else DIFFERS)


def _fonts() -> tuple[str, bool, str]:
    from kansa.document.blocks import Theme
    from kansa.document.glyphs import fonts

    found = {font.family for font in fonts().fonts()}
    wanted = (Theme().serif_pdf, Theme().sans_pdf)
    missing = [family for family in wanted if family not in found]
    return "フォント", not missing, f"見つかりません：{'、'.join(missing)}" if missing else "、".join(wanted)


def _clock() -> tuple[str, bool, str]:
    now = datetime.now(UTC).astimezone()
    return "時刻", now > EARLIEST_CLOCK, now.strftime("%Y-%m-%d %H:%M %z")


def _database() -> list[tuple[str, bool, str]]:
    try:
        start_django()
    except KansaError as fault:
        return [("データベース", False, str(fault))]
    from django.db import connection

    from kansa.apps.trail.queries import verify_chain

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("select sqlite_version()")
        else:
            cursor.execute("show server_version")
        found = cursor.fetchone()[0]
    faults = verify_chain(operator().municipality_id).faults_ja
    words = "連鎖は一致" if not faults else f"{len(faults)}か所で一致しません"
    return [("データベース", True, f"{connection.vendor} {found}"), ("操作記録", not faults, words)]


def serve(options: Namespace) -> Outcome:
    """Serves the pages until it is stopped, to this machine only unless `--host` says otherwise.

    A new home is made on the way.
    """
    start_django(create=not is_home_made())
    host = getattr(options, "host", LOOPBACK)
    from waitress import create_server  # type: ignore[import-untyped]

    from kansa.config.wsgi import application

    try:
        server = create_server(application, host=host, port=options.port, threads=4, ident="kansa")
    except (OSError, OverflowError, ValueError) as fault:
        reason = f"ポート{options.port}を開けません。ほかで使われているときは --port で別の番号を指定してください。"
        raise RuleError("port_taken", reason) from fault
    say([f"画面：http://{host}:{options.port}/　（終了は Ctrl+C）", *_first_steps()])
    sys.stdout.flush()
    with _worker():
        try:
            server.run()
        except KeyboardInterrupt:
            server.close()
    return Outcome(["画面を閉じました。"])


@contextmanager
def _worker() -> Iterator[None]:
    """The one worker of an embedded kansa: a thread beside the pages."""
    from kansa.config.jobs import work_until

    is_over = threading.Event()
    thread = threading.Thread(target=work_until, args=(is_over,), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=5)


def work(_options: Namespace) -> Outcome:
    """Works in the background until it is stopped: a worker of its own beside servers on other hosts."""
    start_django()
    from kansa.config.jobs import work_until

    say(["背景の処理を待っています。（終了は Ctrl+C）"])
    sys.stdout.flush()
    is_over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: is_over.set())
    try:
        work_until(is_over)
    except KeyboardInterrupt:
        is_over.set()
    return Outcome(["終了しました。"])


def _first_steps() -> list[str]:
    """What is missing before anybody can sign in."""
    from kansa.apps.people.models import Account

    if Account.objects.exists():
        return []
    return ["アカウントがまだありません。「kansa add-administrator ログイン名 --name 氏名」で管理者を作ってください。"]


def demo(options: Namespace) -> Outcome:
    """Sets up the synthetic city, freezes its year, writes every output, says where, and serves the pages."""
    stream = sys.stderr if options.json else sys.stdout
    if options.home is None and not os.environ.get("KANSA_HOME"):
        choose_home(Path.home() / "kansa-demo")
    os.environ["KANSA_DEMO"] = "1"
    start_django(create=True)
    from django.conf import settings

    from kansa.apps.annual_report import actions
    from kansa.apps.people.actions import found_municipality
    from kansa.apps.people.models import Municipality
    from kansa.document.report import FORMATS, bundle_name, make_bundle, render
    from kansa.sample import begin_next_year, generate
    from kansa.sample.targets import THIS_YEAR as YEAR

    say(["架空の市「みほん市」を用意しています。職員も数値も全て作り物です。"], stream)
    standing = Municipality.objects.exclude(name_ja=SAMPLE_CITY).first()
    if standing is not None:
        reason = f"「{standing.name_ja}」の記録がある場所に架空の市は作れません。--home で別の場所を指定してください。"
        raise RuleError("not_the_sample", reason)
    found_municipality(operator(), SAMPLE_CITY)
    for file in steps(generate(), "取込み"):
        _import_sample(file)
    accounts, today = add_demo_accounts(), datetime.now(UTC).astimezone().date()
    say([add_demo_diagnosis(operator()), add_demo_measures(today)], stream)
    for fiscal_year in (YEAR - 1, YEAR):
        frozen = actions.freeze(operator(), fiscal_year, "デモ")
        say([f"{fiscal_year}年度を凍結しました（第{frozen.version}版 {frozen.sha256[:12]}）。"], stream)
    made = reporting.frozen_report(YEAR, None)
    outputs = render(made, FORMATS)
    outputs[bundle_name(made)] = make_bundle(made, outputs, __version__)
    folder = Path(settings.KANSA_HOME) / "reports" / str(YEAR)
    for name, data in outputs.items():
        write_file(folder / name, data)
    names = ("external.mean", "internal.mean", "internal.mean.prior", "self.rate", "self.rate.prior")
    shown = [f"　{made.book[name].label_ja}：{made.book[name].shown}" for name in names]
    say(["報告書を書き出しました。", *(f"　{folder / name}" for name in outputs), *shown], stream)
    for file in steps(begin_next_year(), "令和７年度"):
        _import_sample(file)
    add_demo_audits(YEAR + 1)
    say([add_demo_inspection(person("clerk"), person("director"), YEAR + 1, today)], stream)
    say([add_demo_plan(today)], stream)
    say(["この市の人としてサインインできます（ログイン名、パスワード、役割）。", *accounts], stream)
    if options.no_serve:
        return Outcome([], {"folder": str(folder), "files": sorted(outputs)})
    return serve(options)


def _import_sample(file: SampleFile) -> None:
    """Imports one file of the sample; a refusal is a defect of the sample and is told in full."""
    from kansa.apps.annual_report.actions import import_file
    from kansa.apps.trail.actions import ImportOptions

    options = ImportOptions(**dict(file.options))
    outcome = import_file(operator(), file.kind, file.data, file.name, apply=True, options=options)
    if outcome.refusals:
        raise InputError(*outcome.refusals)
