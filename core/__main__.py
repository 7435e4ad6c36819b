"""`python -m core`: the commands without the window."""

import sys

from core.cli.main import main

sys.exit(main())
