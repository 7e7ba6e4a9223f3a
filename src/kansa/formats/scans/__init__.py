"""What lives here. One module for each tool whose report is read: scanners, compliance checks, inventories.
Who comes here. Whoever adds a format, or asks why an item of a report was not read.
May import. kansa.core, kansa.formats.{folding,words,tables,unsafe} and the libraries that read XML, JSON and Excel.
Must not. Decide: no severity policy, no merging, no prose; fetch anything; hold a whole report in memory.
To add one. A module with a FORMAT, one line in READERS, a folder of good_* and bad_* samples in tests/formats/scans.
"""

from kansa.formats.scans.limits import ScanLimits
from kansa.formats.scans.opening import Report
from kansa.formats.scans.reading import READERS, kind_of, read_report, reports_of
from kansa.formats.scans.spec import ScanFormat

__all__ = ["READERS", "Report", "ScanFormat", "ScanLimits", "kind_of", "read_report", "reports_of"]
