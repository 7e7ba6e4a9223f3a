"""What lives here. Word XML becomes plain values: pages, paragraphs, runs and tables as the typesetter needs them.
Who comes here. letters.pdf.
May import. letters.opening, letters.rows, letters.places; docx and the standard library.
Must not. Set anything, refuse anything: whatever stands in the file gives a value within limits.
To add one. A property of letters or paragraphs: shapes.py, one entry in the tree, one line in letter.typ.
"""
