"""Sets Portway up in .venv, then starts it or runs its checks; needs nothing but Python itself.

python3 dev.py run [ARGS]     start Portway; `run demo` shows it at work
python3 dev.py test [ARGS]    lint, types and tests; ARGS go to pytest
"""

import contextlib
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

if sys.version_info < (3, 11):  # noqa: UP036 - old Pythons must get this far: keep the syntax old
    NEWER = [name for name in map("python3.{}".format, range(11, 20)) if shutil.which(name)]
    sys.exit(
        f"Portway needs Python 3.11 or newer; this is {sys.version_info[0]}.{sys.version_info[1]}. "
        f"Start dev.py with {NEWER[-1] + ', which is here' if NEWER else 'a newer one'}."
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "portway-setup"
UNFINISHED = "unfinished"

# A command's locks; the last holds the earlier ones too, and is what gets installed.
LOCKS = {
    "run": ("requirements.lock",),
    "test": ("requirements.lock", "requirements-test.lock"),
}

CHECKS = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "tests": ("pytest",),
}

# What Qt's wheels link to and do not bring: QtCore, Gui, Widgets, Network, Svg and DBus, the
# xcb platform with its GL helpers, and the offscreen one. Left: Debian's package for it.
LIBRARIES = {
    "libbrotli1": "libbrotlidec.so.1",
    "libdbus-1-3": "libdbus-1.so.3",
    "libegl1": "libEGL.so.1",
    "libfontconfig1": "libfontconfig.so.1",
    "libfreetype6": "libfreetype.so.6",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libgssapi-krb5-2": "libgssapi_krb5.so.2",
    "libx11-6": "libX11.so.6",
    "libx11-xcb1": "libX11-xcb.so.1",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-glx0": "libxcb-glx.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-shm0": "libxcb-shm.so.0",
    "libxcb-sync1": "libxcb-sync.so.1",
    "libxcb-util1": "libxcb-util.so.1",
    "libxcb-xfixes0": "libxcb-xfixes.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
}
FONT = "fonts-dejavu-core"
APT_LISTS = Path("/var/lib/apt/lists")


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is left to Portway."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def call(*command: str | Path) -> bool:
    """Run one step of the set-up, its output beside ours; true if it went well."""
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0


def digest(command: str) -> str:
    """Name the state of .venv that COMMAND needs: one Python, and the exact text of its locks."""
    parts = [f"{sys.version_info[:2]} {sys.base_prefix}".encode()]
    parts += [(ROOT / lock).read_bytes() for lock in LOCKS[command]]
    return f"{command} {hashlib.sha256(bytes(1).join(parts)).hexdigest()}"


def loads(library: str) -> bool:
    """Ask the dynamic linker itself, so that any distribution's layout counts."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font() -> bool:
    """Look for one font file where fontconfig looks."""
    homes = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
    return any(
        file.endswith((".ttf", ".otf", ".ttc", ".pfb", ".pcf.gz"))
        for home in homes
        for _, _, files in os.walk(Path(home).expanduser())
        for file in files
    )


def missing_packages() -> dict[str, str]:
    """Compare this Linux with what a window needs: Debian's package -> what was not found."""
    missing = {package: library for package, library in LIBRARIES.items() if not loads(library)}
    if not has_font():
        missing[FONT] = "any font"
    return missing


def install_packages(packages: Sequence[str]) -> bool:
    """Install Debian packages with apt-get, as root or through sudo; true if it went well."""
    root = getattr(os, "geteuid", lambda: None)() == 0
    if not shutil.which("apt-get") or not (root or shutil.which("sudo")):
        return False
    apt = [] if root else ["sudo"]
    apt += ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    say(f"{'' if root else 'sudo may ask for a password: '}apt-get install {' '.join(packages)}")
    has_lists = any(APT_LISTS.glob("*_Packages*"))
    return (has_lists and call(*install)) or (call(*apt, "update") and call(*install))


def set_up_system() -> None:
    """Bring in the system libraries of Qt's xcb platform; without them only the window is lost."""
    missing = missing_packages()
    if missing:
        say(f"system libraries that Portway's window needs and are not here: {len(missing)}")
        installed = install_packages(list(missing))
        missing = missing_packages() if installed else missing
    if missing:
        say("no window without: " + ", ".join(f"{lib} ({deb})" for deb, lib in missing.items()))
        say("install these with your system's package manager; going on")


def set_up_venv(command: str) -> None:
    """Make .venv hold exactly what COMMAND needs; the stamp tells which commands it is good for."""
    wanted, runs = digest(command), digest("run")
    stamps = STAMP.read_text().splitlines() if STAMP.is_file() and PYTHON.exists() else []
    if wanted in stamps:
        return
    if runs not in stamps or UNFINISHED in stamps:
        STAMP.unlink(missing_ok=True)
        make_venv()
        stamps = []
    # Test tools do not touch what `run` needs. But pip believes in a package it had half unpacked
    # when it was killed, so after that only a new start helps.
    STAMP.write_text("\n".join([*stamps, UNFINISHED]))
    lock = LOCKS[command][-1]
    count = (ROOT / lock).read_text().count("==")
    say(f"installing {count} packages from {lock}")
    if not call(PYTHON, "-m", "pip", "install", "--require-hashes", "-r", ROOT / lock):
        sys.exit("dev.py: pip could not install them; its reason stands above.")
    STAMP.write_text("\n".join(sorted({runs, wanted})))


def make_venv() -> None:
    """Make .venv anew, with a path file that lets its Python find `core` and `gui` anywhere."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    say(f"making .venv with Python {version}")
    make = (sys.executable, "-m", "venv", "--clear", VENV)
    try:
        import ensurepip  # noqa: F401 - Debian keeps it in a package of its own
    except ImportError:
        say(f"Python's own ensurepip is not here; Debian has it in python{version}-venv")
        install_packages([f"python{version}-venv"])
    if not call(*make):
        sys.exit("dev.py: Python could not make .venv; its reason stands above.")
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    (packages / "portway.pth").write_text(os.path.relpath(ROOT, packages) + "\n")


def compile_engine() -> None:
    """Compile the engine's hot modules into .venv, where `run` finds them while they are current.

    mypyc, which does it, is among the test tools; without a C compiler the source runs as it is.
    """
    folder, *_ = compiled()
    if any(folder.glob("core/engine/runner.*")):
        return
    say("compiling the engine")
    with tempfile.TemporaryDirectory(prefix="portway-compile-") as name:
        for part in ("core", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, Path(name, part))
        command = (PYTHON, "setup.py", "-q", "build_ext", "--build-lib", "made")
        subprocess.run(command, cwd=name, stdout=sys.stderr, check=False)
        keep_compiled(Path(name, "made"), folder)


def compile_fast_path() -> None:
    """Compile what is written in C, which needs no tools but a compiler and Python's headers."""
    folder, *sources = compiled()
    headers = sysconfig.get_path("include")
    if folder.is_dir() or not shutil.which("cc") or not Path(headers, "Python.h").is_file():
        return
    say("compiling the fast path")
    with tempfile.TemporaryDirectory(prefix="portway-compile-") as name:
        for source in sources:
            ending = sysconfig.get_config_var("EXT_SUFFIX")
            made = Path(name, source.relative_to(ROOT)).with_suffix(ending)
            made.parent.mkdir(parents=True, exist_ok=True)
            call("cc", "-O2", "-shared", "-fPIC", f"-I{headers}", source, "-o", made)
        keep_compiled(Path(name), folder)


def compiled() -> list[Path]:
    """Where compiled modules of this very source belong, and the sources that are in C."""
    code = "from core import compiled as it; print(it.folder(), *it.IN_C, sep='\\n')"
    done = subprocess.run((PYTHON, "-P", "-c", code), capture_output=True, text=True, check=True)
    folder, *sources = done.stdout.splitlines()
    return [Path(folder), *(ROOT / source for source in sources)]


def keep_compiled(made: Path, folder: Path) -> None:
    """Put what was made into its folder, whole or not at all, instead of all that was there."""
    if any(file.is_file() for file in made.rglob("*core*/**/*")):
        shutil.rmtree(folder.parent, ignore_errors=True)  # perhaps of another state of the source
        shutil.copytree(made, folder.with_suffix(".part"))
        folder.with_suffix(".part").rename(folder)
    else:
        say("it is not compiled, for the reason above; plain Python serves as well, slower")


def run(arguments: Sequence[str]) -> NoReturn:
    """Become Portway; on Windows, which cannot do that, wait for it and pass its status on."""
    command = [str(PYTHON), "-P", "-m", "gui", *arguments]
    if os.name != "nt":
        os.execv(PYTHON, command)  # noqa: S606 - no shell is the point
    with subprocess.Popen(command) as portway:
        while True:
            # Portway hears Ctrl-C as well, and ends by itself.
            with contextlib.suppress(KeyboardInterrupt):
                sys.exit(portway.wait())


def test(arguments: Sequence[str]) -> int:
    """Run every check, whatever the ones before it said, and sum up; 1 if any failed."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    results = []
    for name, tool in CHECKS.items():
        command = [str(PYTHON), "-m", *tool, *(arguments if name == "tests" else ())]
        say(f"{name}: {' '.join(command[2:])}")
        start = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        took = time.monotonic() - start
        results.append((status, f"{name} {'FAILED' if status else 'ok'} ({took:.1f} s)"))
    print("dev.py: " + ", ".join(text for _, text in results), flush=True)
    return int(any(status for status, _ in results))


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs, then do it."""
    if not arguments or arguments[0] not in LOCKS:
        print(__doc__, file=sys.stdout if arguments in (["-h"], ["--help"]) else sys.stderr)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    command, *rest = arguments
    try:
        if sys.platform == "linux":
            set_up_system()
        set_up_venv(command)
        if command == "test":
            compile_engine()
            return test(rest)
        compile_fast_path()
        run(rest)
    except KeyboardInterrupt:
        say("stopped; the next start takes up from here")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
