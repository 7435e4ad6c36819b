"""What of Qt, Python and the system goes into a bundle, and what does not; the lists and why."""

from __future__ import annotations

import fnmatch
import re
from pathlib import PurePosixPath, PureWindowsPath

NOT_PYTHON = (
    "_bz2", "_curses", "_dbm", "_decimal", "_gdbm", "_hashlib", "_lzma", "_sqlite3", "_ssl",
    "_testcapi", "_tkinter", "_uuid", "bz2", "curses", "doctest", "ftplib", "lib2to3", "lzma",
    "nis", "pdb", "pydoc", "readline", "sqlite3", "ssl", "tkinter", "typing_extensions", "unittest",
    "xml", "xmlrpc", "pyexpat", "_elementtree", "asyncio", "PyInstaller", "mypyc", "setuptools",
    "pkg_resources", "librt", "_pyrepl", "PySide6.support.generate_pyi", "attr", "attrs",
)  # fmt: skip
"""Modules that the standard library would like to have and Portway does without: hashlib has its
own SHA-256, nothing speaks TLS, decimal and pickle's friends have pure forms nobody calls."""

PACKAGES = {
    "argcomplete": "Apache-2.0",
    "jeepney": "MIT",
    "msgspec": "BSD-3-Clause",
    "platformdirs": "MIT",
    "psutil": "BSD-3-Clause",
    "PySide6_Essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
}
"""The Python packages that bundles bring, and their licences: packages say it in many forms,
these are SPDX's."""

OTHER_SYSTEM = {
    "linux": frozenset({"msvcrt", "winreg"}),
    "win32": frozenset({"fcntl", "jeepney", "resource", "termios"}),
}
"""Modules that Portway imports on the other system alone."""

PLUGINS = {
    "linux": (
        "iconengines/libqsvgicon.so",
        "imageformats/libqsvg.so",  # icons of the desktop's theme
        "platforms/libqxcb.so",
        "platforms/libqwayland.so",
        "platforms/libqoffscreen.so",  # a self-test without a screen
        "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "platforminputcontexts/libibusplatforminputcontextplugin.so",
        "platformthemes/libqgtk3.so",  # with the system's GTK, or not at all
        "platformthemes/libqxdgdesktopportal.so",
        "wayland-decoration-client/*",
        "wayland-shell-integration/libxdg-shell.so",
    ),
    "win32": (
        "iconengines/qsvgicon.dll",
        "imageformats/qsvg.dll",
        "platforms/qwindows.dll",
        "platforms/qoffscreen.dll",
        "styles/*",
    ),
}
"""Of Qt's plug-ins. Windows are drawn by the processor: no OpenGL. The network is Portway's own."""

TRANSLATIONS = ("qtbase_zh_CN.qm", "qtbase_en.qm")
"""Qt's words in the languages that Portway speaks."""

WITHOUT = (
    "*opengl32sw*",  # OpenGL by the processor, 20 MB
    "*d3dcompiler*", "*Qt6Pdf*", "*Qt6VirtualKeyboard*", "*Qt6Qml*", "*Qt6Quick*", "*Qt6OpenGL*",
    "*Qt6Egl*", "*Qt6WlShell*", "*QtOpenGL*",
)  # fmt: skip

BUNDLED = {
    "libbrotlicommon.so.1": "libbrotli1", "libbrotlidec.so.1": "libbrotli1",
    "libffi.so.8": "libffi8", "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-util.so.1": "libxcb-util1",
    # These two share their inner structures, so they stay together.
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0", "libxkbcommon.so.0": "libxkbcommon0",
}  # fmt: skip
"""Of the Linux that builds: what a bare desktop lacks, or has in another version; and the package
it comes in."""

SYSTEM = {
    "ld-linux-x86-64.so.2": "libc6", "libc.so.6": "libc6", "libdl.so.2": "libc6",
    "libm.so.6": "libc6", "libpthread.so.0": "libc6", "libresolv.so.2": "libc6",
    "librt.so.1": "libc6", "libutil.so.1": "libc6", "libcrypt.so.1": "libcrypt1",
    "libgcc_s.so.1": "libgcc-s1", "libstdc++.so.6": "libstdc++6",
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1", "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3", "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1", "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2", "libz.so.1": "zlib1g", "libzstd.so.1": "libzstd1",
    "libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-randr.so.0": "libxcb-randr0", "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0", "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1", "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1", "libxcb.so.1": "libxcb1",
}  # fmt: skip
"""What every Linux desktop has, and must be its own: drivers, fonts and GTK are made for it.
Beside each its package in Debian and Ubuntu, for the .deb to depend on."""

OPTIONAL = {
    "libatk-1.0.so.0", "libcairo-gobject.so.2", "libcairo.so.2", "libgdk-3.so.0",
    "libgdk_pixbuf-2.0.so.0", "libgio-2.0.so.0", "libgtk-3.so.0", "libharfbuzz.so.0",
    "libpango-1.0.so.0", "libpangocairo-1.0.so.0",
}  # fmt: skip
"""Of the one plug-in for GNOME and its relatives: without them it stays away, and Qt does."""

_QT = re.compile(r"PySide6/(?:Qt/)?(plugins|translations)/(.+)")


def packages(platform: str) -> dict[str, str]:
    """Those of `PACKAGES` that a bundle for this system brings."""
    other = OTHER_SYSTEM[platform]
    return {name: licence for name, licence in PACKAGES.items() if name not in other}


def is_kept(platform: str, name: str, source: str) -> bool:
    """Whether a file belongs into the bundle: its place there, and where it comes from."""
    name = name.replace("\\", "/")
    if any(fnmatch.fnmatch(PurePosixPath(name).name, pattern) for pattern in WITHOUT):
        return False
    qt = _QT.fullmatch(name)
    if qt and qt[1] == "plugins":
        return any(fnmatch.fnmatch(qt[2], pattern) for pattern in PLUGINS[platform])
    if qt:
        return qt[2] in TRANSLATIONS
    if platform == "win32":
        # Windows 10 brings its own C runtime and ICU; those of a lab are not even Windows'.
        return "windows" not in [part.lower() for part in PureWindowsPath(source).parts[1:3]]
    if "/" not in name and name.startswith("lib") and not name.startswith("libpython"):
        return name in BUNDLED
    return True
