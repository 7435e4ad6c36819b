"""`python -m tests.soak --minutes 10`; its status is 0 when every account balances."""

from __future__ import annotations

import argparse
import sys

from tests.soak.run import Soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1 / 3, help="how long (a third of one)")
    minutes: float = parser.parse_args().minutes
    complaints = Soak(60 * minutes, say).run()
    for complaint in complaints:
        say(f"WRONG: {complaint}")
    say("every account balances" if not complaints else f"{len(complaints)} complaints")
    return 1 if complaints else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
