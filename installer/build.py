"""Builds everything people download, for the system it runs on: python installer/build.py.

Run it with the Python of a virtual environment made from requirements-build.lock. What comes out
is in dist/, with SHA256SUMS and a bill of materials. CONTRIBUTING.md says what else must be there.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installer.budget import check_packed, check_unpacked
from installer.bundle import BUNDLE, make_bundle
from installer.project import DIST, VERSION, WORK, epoch, fail, say
from installer.prove import prove


def main() -> int:
    """Freeze, prove, pack; ends with an error at the first thing that is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--plain-engine", action="store_true",
        help="freeze the engine uncompiled: slower, for where there is no C compiler",
    )  # fmt: skip
    parser.add_argument(
        "--stop-after", choices=["bundle"], help="end with the folder that all packages are made of"
    )
    parser.add_argument(
        "--pack", metavar="FOLDER", type=Path,
        help="pack this Windows bundle, made elsewhere, instead of freezing (needs NSIS)",
    )  # fmt: skip
    arguments = parser.parse_args()
    say(f"Portway {VERSION}, SOURCE_DATE_EPOCH={epoch()}")
    DIST.mkdir(exist_ok=True)
    if arguments.pack is not None:
        return _pack(arguments.pack.resolve(), "win32")
    bundle = make_bundle(compiled=not arguments.plain_engine)
    check_unpacked(bundle, sys.platform)
    prove(bundle, compiled=not arguments.plain_engine)
    return 0 if arguments.stop_after else _pack(bundle, sys.platform)


def _pack(bundle: Path, platform: str) -> int:
    from installer import materials  # needs more packages than freezing does

    if platform == "win32":
        from installer.windows.packages import make_windows, sign_programs

        if not (bundle / "portway.com").is_file():
            fail(f"{bundle} is no bundle for Windows")
        if bundle != BUNDLE:  # signing changes it, and it is somebody else's
            copy = WORK / "foreign" / "portway"
            shutil.rmtree(copy.parent, ignore_errors=True)
            bundle = shutil.copytree(bundle, copy)
        sign_programs(bundle)
        files = make_windows(bundle)
    else:
        from installer.linux.archives import make_archives
        from installer.linux.deb import make_deb

        files = [make_deb(bundle), *make_archives(bundle)]
    for file in files:
        check_packed(file)
    files.append(materials.write_bill(bundle, platform))
    materials.write_sums(files)
    return 0


if __name__ == "__main__":
    sys.exit(main())
