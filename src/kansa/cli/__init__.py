"""The `kansa` command.

What lives here. the parser, one thin function a command, exit codes and their words.
Who comes here. the person at the console, `make demo`, scheduled tasks.
May import. everything; Django only inside a function, so that `verify` and `--help` start fast.
Must not. hold a rule, a query or a formula; nobody imports it.
To add one. a parser line in parser.py, a function here or beside, a line in COMMANDS, a test of its exit codes.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable

from kansa import __version__
from kansa.cli import accounts, backing_up, machine, planning, records, reporting, tallying
from kansa.cli.outcome import USAGE, Outcome, of_error, say, tell
from kansa.cli.parser import build_parser
from kansa.cli.setting_up import choose_home
from kansa.core.errors import KansaError


def advisories(options: Namespace) -> Outcome:
    """One of the subcommands of advisories, whose readers take longer to load than most commands to run."""
    from kansa.cli import advising

    return advising.advisories(options)


COMMANDS: dict[str, Callable[[Namespace], Outcome]] = {
    "init": records.init,
    "import": records.import_,
    "export": records.export,
    "template": records.template,
    "sample": records.sample,
    "describe-drill": records.describe_drill,
    "erase": records.erase,
    "add-administrator": accounts.add_administrator,
    "reset-password": accounts.reset_password,
    "check": reporting.check,
    "freeze": reporting.freeze,
    "confirm": reporting.confirm,
    "plan": planning.plan,
    "tally": tallying.tally,
    "advisories": advisories,
    "report": reporting.report,
    "trace": reporting.trace,
    "verify": reporting.verify,
    "backup": backing_up.backup,
    "restore": backing_up.restore,
    "doctor": machine.doctor,
    "serve": machine.serve,
    "work": machine.work,
    "demo": machine.demo,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and gives its exit code (see the help's last lines)."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.version:
        say([f"kansa {__version__}"])
        return 0
    if options.command is None:
        parser.print_help(sys.stderr)
        return USAGE
    choose_home(options.home)
    try:
        outcome = COMMANDS[options.command](options)
    except KansaError as fault:
        outcome = of_error(fault)
    except KeyboardInterrupt:
        outcome = Outcome(["中断しました。"], {}, 130)
    try:
        return tell(outcome, as_json=options.json)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of the pipe left; Python would complain once more at its end
        return outcome.code
