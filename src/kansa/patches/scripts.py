"""Which scripts take the inventory of a host? They send nothing and change nothing; the manual shows their use."""

from __future__ import annotations

from importlib.resources import files

SCRIPTS = {"linux": "linux.sh", "windows": "windows.cmd"}


def script(name: str) -> bytes:
    """The text of a script: Unix line ends for Linux, Windows line ends for Windows. Raises KeyError."""
    text = (files("kansa.patches") / "collecting" / SCRIPTS[name]).read_bytes()
    return text if name == "linux" else text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
