"""The promises of speed, each one command.

What lives here. One file per promise, and the harness that times and prints.
Who comes here. A person who changed something that may be slow: `make bench`, `python -m benchmarks.freeze`.
May import. kansa, and the builders and the cast of the tests.
Must not. Fail a build: times depend on the machine. They print ratios against a reference measured in the same run.
To add one. A module with `run() -> list[Result]`, its name in `__main__.PROMISES`, its row in README.md.
"""
