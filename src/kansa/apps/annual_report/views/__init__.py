"""What lives here. The pages of the fiscal years: dashboard, report, downloads, figures and where they come from.
Who comes here. urls.py only.
May import. This app's queries, core, document, formats.writers.
Must not. Write anything (every page is GET); compute or round a figure; read live rows where a frozen year is printed.
To add one. A function whose first line says who may see it, a line in urls.py, a template, a row of the access matrix.
"""
