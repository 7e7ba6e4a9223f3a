"""What lives here. The sample city みほん市 (synthetic): the files of two audit years, made from a seed.

Who comes here. `kansa demo`, the tests of a whole audit year, and anybody who wants to try kansa without real data.
May import. kansa.core, kansa.formats and the standard library; seeded `random.Random` is allowed here and only here.
Must not. Know Django, a database, the network or the clock; hold the name or mail address of a real person.
To add one. A row in `text/*.csv` for contents; a module per kind of file, and its line in `city.py`.
"""

from kansa.sample.city import SampleFile, begin_next_year, generate
from kansa.sample.targets import THIS_YEAR as YEAR

__all__ = ["YEAR", "SampleFile", "begin_next_year", "generate"]
