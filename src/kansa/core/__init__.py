"""Door plate of `kansa.core`: which rules and which arithmetic turn an audit year into figures?

What lives here. Rules and exact arithmetic: fiscal years, rounding, means, comparisons, rates, suppression, checks.
Who comes here. The document (figures and sentences), the apps (actions and queries), the readers (dates, errors).
May import. The Python standard library and other modules of this package.
Must not. Know Django, files, the network, the clock or chance; use float or round(); answer unknown with 0 or -1.
To add one. A module that opens with its question, its worked example in tests/spec, its properties in tests/core.
"""
