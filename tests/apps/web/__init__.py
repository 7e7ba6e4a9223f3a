"""Web pages: access, contents, downloads, words of both languages."""
