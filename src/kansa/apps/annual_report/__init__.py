"""What lives here. The door for files, the frozen years with their approval, and figures only known as published.
Who comes here. Whoever brings records in, freezes a year or asks for its frozen form.
May import. Every app and the pure packages.
Must not. Print from live rows: a report reads the frozen body only; change a frozen year.
To add one. A kind of file is one line in actions.importing.KINDS and one in queries.exports.EXPORTS.
"""
