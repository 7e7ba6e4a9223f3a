"""What lives here. Judgements: one level, 対象外 or "not yet" for one control item in one engagement.
Who comes here. Whoever enters or counts the results of an audit.
May import. kansa.apps.plan and what lies below it, and the pure packages.
Must not. Import drills or self_inspection; compute a mean.
To add one. A fact about a judgement is a column of Judgement, of its record and of the worksheet.
"""
