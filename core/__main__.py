"""`python -m core`: the commands without the window."""

import sys

from core import compiled
from core.cli.main import main

compiled.adopt()
sys.exit(main())
