"""Whether each test ran somewhere: compares what was skipped on Linux and on Windows.

python -m tests.windows.compare LINUX.xml WINDOWS.xml      (reports that pytest wrote, --junitxml)
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ELSEWHERE = (
    "only real Windows",  # which the workflow on GitHub has
    "this machine has no IPv6",
)
"""How the reasons begin of tests that neither machine of CI can run; they are counted."""

WHOLE_MODULE = "collection skipped"
"""The message of pytest where a module says at its beginning that all of it is skipped."""


class Report:
    """What one run did with each test, by class and name."""

    def __init__(self, file: str) -> None:
        self.ran: set[str] = set()
        self.skipped: dict[str, str] = {}
        self.modules: set[str] = set()
        """Those of which a test ran."""
        self.skipped_modules: dict[str, str] = {}
        for case in ET.parse(file).getroot().iter("testcase"):
            name = f"{case.get('classname')}::{case.get('name')}"
            skip = case.find("skipped")
            if skip is None:
                self.ran.add(name)
                self.modules.add(case.get("classname") or "")
            elif skip.get("message") == WHOLE_MODULE:
                self.skipped_modules[case.get("name") or ""] = skip.text or ""
            else:
                self.skipped[name] = skip.get("message") or ""


def nowhere(*reports: Report) -> dict[str, str]:
    """The tests that ran in none of these, and why the last one skipped each."""
    ran = set[str]().union(*(report.ran for report in reports))
    skipped: dict[str, str] = {}
    for report in reports:
        skipped.update({name: why for name, why in report.skipped.items() if name not in ran})
    modules = set[str]().union(*(report.modules for report in reports))
    for report in reports:
        whole = report.skipped_modules.items()
        skipped.update({module: why for module, why in whole if module not in modules})
    return skipped


def main(files: Sequence[str]) -> int:
    """Say what ran where; 1 if a test ran nowhere without a reason that is known."""
    reports = [Report(file) for file in files]
    for file, report in zip(files, reports, strict=True):
        sys.stdout.write(
            f"{file}: {len(report.ran)} ran, {len(report.skipped)} were skipped, and of"
            f" {len(report.skipped_modules)} modules all\n"
        )
    lost = nowhere(*reports)
    known = {name: why for name, why in lost.items() if why.startswith(ELSEWHERE)}
    for why, count in Counter(known.values()).items():
        sys.stdout.write(f"neither here nor there, {count} times: {why}\n")
    unknown = sorted(lost.keys() - known.keys())
    for name in unknown:
        sys.stdout.write(f"RAN NOWHERE: {name} ({lost[name]})\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
