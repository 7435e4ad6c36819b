"""Runs in the frozen program before anything of Portway: gives other programs their own libraries.

PyInstaller's starter leads the linker to the bundle by a variable, which every program that Portway
starts, a browser or `ip`, would inherit and then load our libraries instead of its own. The linker
has read it by now, so it can go back to what it was.
"""

import os

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
