"""Runs in the frozen program before anything of Portway: what PyInstaller leaves to be put right.

Its starter leads the linker to the bundle by a variable, which every program that Portway starts,
a browser or `ip`, would inherit and then load our libraries instead of its own. The linker has read
it by now, so it can go back to what it was.

And it opens the program's file anew for each module. A package manager may have put another version
in its place by then, as for a .deb that is upgraded under a running Portway: so the file of the
start is held open, and read.
"""

import os
import sys

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)

if sys.platform == "linux":
    import pyimod02_importers as importers  # PyInstaller's own, inside the frozen program

    held = os.open(importers.pyz_archive._filename, os.O_RDONLY | os.O_CLOEXEC)
    if os.path.exists(f"/proc/self/fd/{held}"):  # noqa: PTH110 - pathlib would be loaded for it
        importers.pyz_archive._filename = f"/proc/self/fd/{held}"
