"""`python -m kansa.cli`: the same command where the script is not on the path."""

import sys

from kansa.cli import main

sys.exit(main())
