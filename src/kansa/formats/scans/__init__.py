"""What lives here. One module for each tool whose report is read: scanners, compliance checks, inventories.
Who comes here. Whoever adds a format, or asks why an item of a report was not read.
May import. kansa.core, kansa.formats.{folding,words,tables} and the libraries that read XML, JSON and Excel.
Must not. Decide: no severity policy, no merging, no prose; fetch anything; hold a whole report in memory.
To add one. A module with a reader, one line in READERS, a folder of good_* and bad_* samples in tests/formats/scans.
"""
