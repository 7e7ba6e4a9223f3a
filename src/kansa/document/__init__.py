"""The report as a value: from frozen records to figures, words, bytes and proof.

What lives here. The frozen form, figures, the outline, charts, renderers, the trace and the verification of a bundle.
Who comes here. The command line and apps.annual_report; `verify` alone needs no database.
May import. core, and the typesetting and Office libraries inside render.
Must not. Know Django, the network, a clock or chance; use float; print a number that is not a figure.
To add one. A figure: figures/. A sentence: outline/. An output: render/ and one line in RENDERERS. A chart: charts/.
"""
