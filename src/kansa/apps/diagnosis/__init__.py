"""What lives here. 技術的セキュリティ診断: the asset register, scans and what they covered, vulnerabilities, decisions.
Who comes here. Whoever asks what a scan found, what became of it over the years, and what was decided about it.
May import. plan, people, jobs, trail and the pure packages.
Must not. Read a scanner's file itself (kansa.formats.scans); call what was not scanned fixed; know of findings.
To add one. A rule of identity or state is in kansa.core.vulnerability; a table of its subject in models.
"""
