"""What lives here. One audit as people carry it out: its page, its moves, its auditors, its letters.
Who comes here. The audit office, auditors and audited departments; the letters of every kind.
May import. Every app below annual_report, and the pure packages.
Must not. Hold a rule of the flow (core.flow) or of independence (core.independence); show another department's audit.
To add one. A page is address, view, template, test and a row of the access matrix.
"""
