"""Door plate of `kansa.core`: which rules and which arithmetic does an audit year follow?

What lives here. Exact arithmetic of a year's figures and checks; rules of engagements, improvement, auditors, texts.
Who comes here. The document (figures and sentences), the apps (actions and queries), the readers (dates, errors).
May import. The Python standard library and other modules of this package.
Must not. Know Django, files, the network, the clock or chance; use float or round(); answer unknown with 0 or -1.
To add one. A module that opens with its question, its worked example in tests/spec, its properties in tests/core.
"""
