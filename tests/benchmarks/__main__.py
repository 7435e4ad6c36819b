"""`python -m tests.benchmarks`: refuses politely where it cannot run; all else is in run.py."""

import sys

if __name__ == "__main__":
    if sys.platform != "linux":
        print("The benchmarks need Linux: epoll, splice, /proc.", file=sys.stderr)
        sys.exit(2)
    else:
        from tests.benchmarks.run import main

        sys.exit(main())
