"""What goes into a bundle: of Qt, of the system, and what nothing would load."""

from __future__ import annotations

import re
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from gui import licences
from installer import icu, legal
from installer.contents import BUNDLED, NOT_PYTHON, SYSTEM, is_kept, packages
from installer.imports import absent, imported, own_modules, wanted_by
from installer.links import FLOOR, Links, problems, read_links
from installer.project import ROOT
from installer.prune import idle

if TYPE_CHECKING:
    from pathlib import Path

LINUX = [
    ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
    ("PySide6/Qt/plugins/platforms/libqeglfs.so", False),
    ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
    ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
    ("PySide6/Qt/translations/qtbase_de.qm", False),
    ("PySide6/Qt/lib/libQt6Widgets.so.6", True),
    ("PySide6/Qt/lib/libQt6OpenGL.so.6", False),
    ("libxcb-cursor.so.0", True),
    ("libglib-2.0.so.0", False),
    ("libstdc++.so.6", False),
    ("libpython3.11.so.1.0", True),
    ("core/engine/runner.cpython-311-x86_64-linux-gnu.so", True),
]
WINDOWS = [
    (r"PySide6\plugins\platforms\qwindows.dll", r"C:\python\x.dll", True),
    (r"PySide6\plugins\platforms\qminimal.dll", r"C:\python\x.dll", False),
    (r"PySide6\opengl32sw.dll", r"C:\python\opengl32sw.dll", False),
    ("icuuc.dll", r"C:\Windows\System32\icuuc.dll", False),
    ("ucrtbase.dll", r"C:\windows\system32\ucrtbase.dll", False),
    ("VCRUNTIME140.dll", r"C:\python\VCRUNTIME140.dll", True),
    ("_socket.pyd", r"C:\my windows\DLLs\_socket.pyd", True),
]

DUMP = """
Dynamic Section:
  NEEDED               libQt6Core.so.6
  NEEDED               libc.so.6
  RUNPATH              $ORIGIN

Version definitions:
1 0x01 0x0d696914 GLIBC_9.99

Version References:
  required from libc.so.6:
    0x069691b4 0x00 05 GLIBC_2.34
    0x09691a75 0x00 02 GLIBC_2.2.5
  required from libstdc++.so.6:
    0x0297f869 0x00 03 GLIBCXX_3.4.29
"""


@pytest.mark.parametrize(("name", "kept"), LINUX)
def test_of_linux_only_what_is_listed_comes_along(name: str, kept: bool) -> None:
    assert is_kept("linux", name, f"/somewhere/{name}") is kept


@pytest.mark.parametrize(("name", "source", "kept"), WINDOWS)
def test_nothing_of_windows_itself_comes_along(name: str, source: str, kept: bool) -> None:
    assert is_kept("win32", name, source) is kept


def test_a_library_is_brought_or_the_systems_never_both() -> None:
    assert not set(BUNDLED) & set(SYSTEM)


def test_objdump_is_understood() -> None:
    links = read_links(DUMP)
    assert links.needed == {"libQt6Core.so.6", "libc.so.6"}
    assert links.versions == {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29)}


def test_a_bundle_of_known_libraries_is_well() -> None:
    core = Links(frozenset({"libc.so.6"}), {"GLIBC": FLOOR["GLIBC"]})
    assert problems({"portway": read_links(DUMP), "libQt6Core.so.6": core}) == []


def test_a_library_that_no_list_names_is_told() -> None:
    (problem,) = problems({"portway": Links(frozenset({"libsurprise.so.1"}), {})})
    assert problem == "portway needs libsurprise.so.1, which no list names"


def test_a_symbol_above_the_floor_is_told() -> None:
    newer = (FLOOR["GLIBC"][0], FLOOR["GLIBC"][1] + 1)
    (problem,) = problems({"portway": Links(frozenset(), {"GLIBC": newer})})
    assert problem.startswith("portway needs GLIBC 2.")
    assert problem.endswith("above the floor")


def test_what_only_idle_libraries_need_is_idle_too() -> None:
    needs = {
        "portway": frozenset({"libQt6Core.so.6"}),
        "libQt6Core.so.6": frozenset({"libc.so.6"}),
        "libQt6Network.so.6": frozenset({"libQt6Core.so.6", "libbrotlidec.so.1"}),
        "libbrotlidec.so.1": frozenset({"libbrotlicommon.so.1"}),
        "libbrotlicommon.so.1": frozenset[str](),
        "libplugin.so": frozenset[str](),
    }
    assert idle(needs) == {"libQt6Network.so.6", "libbrotlidec.so.1", "libbrotlicommon.so.1"}


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        ("root.res", True),
        ("coll/zh.res", True),
        ("coll/ucadata.icu", True),
        ("nfkc.nrm", True),
        ("zoneinfo64.res", True),
        ("de.res", False),
        ("coll/sv.res", False),
        ("curr/zh.res", False),
        ("ibm-943_P15A-2003.cnv", False),
        ("brkitr/thaidict.dict", False),
    ],
)
def test_of_icus_data_the_roots_and_our_languages_stay(item: str, kept: bool) -> None:
    assert icu.is_kept(item) is kept


def test_imports_of_type_checking_are_none() -> None:
    source = (
        "import os.path\nfrom a import b\nfrom . import near\n"
        "if TYPE_CHECKING:\n    import never\nelse:\n    import otherwise\n"
        "def f():\n    import late\n"
    )
    assert set(imported(source)) == {"os.path", "a", "a.b", "otherwise", "late"}


def test_every_module_of_ours_is_known_by_name() -> None:
    modules = own_modules(ROOT)
    assert {"core", "core.engine.runner", "gui.app"} <= set(modules)
    assert not any("__init__" in name for name in modules)


def test_what_compiled_modules_import_is_found_in_their_source() -> None:
    assert {"core.engine.sockets", "socket"} <= set(wanted_by(ROOT, ["core/engine/tcp/dialer.py"]))


def test_nothing_is_left_out_that_a_module_of_ours_imports() -> None:
    modules = [f"{name.replace('.', '/')}.py" for name in own_modules(ROOT)]
    wanted = wanted_by(ROOT, [name for name in modules if (ROOT / name).is_file()])
    assert len(wanted) > 100
    assert [name for name in wanted if name in NOT_PYTHON] == []


def test_what_portway_needs_is_what_packages_are_built_with() -> None:
    pins = {
        name: re.findall(r"^([\w-]+==[\w.]+)", (ROOT / name).read_text(), re.MULTILINE)
        for name in ("requirements.lock", "requirements-build.lock")
    }
    assert len(pins["requirements.lock"]) > 4
    assert set(pins["requirements.lock"]) <= set(pins["requirements-build.lock"])


@pytest.mark.parametrize(("platform", "other"), [("linux", "win32"), ("win32", "linux")])
def test_every_dependency_is_brought_with_its_licence(platform: str, other: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [text for text in project["dependencies"] if f"sys_platform == '{other}'" not in text]
    named = {re.split("[=><;]", text)[0].replace("-", "_") for text in needed}
    assert set(packages(platform)) == named | {"shiboken6"}
    if platform == sys.platform:
        assert set(licences.PACKAGES) == set(packages(platform))


def test_what_tells_a_linux_desktop_stays_there() -> None:
    assert packages("linux")["jeepney"] == "MIT"
    assert "jeepney" not in packages("win32")
    assert "Thomas Kluyver" in next(legal.texts_of("jeepney")).read_text(encoding="utf-8")


def test_a_module_that_the_building_python_lacks_is_told(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "gui").mkdir()
    (tmp_path / "core" / "late.py").write_text(
        "import json, winreg, fcntl\n\ndef late():\n    from portway_never.inner import x\n"
    )
    assert absent(tmp_path, sys.platform) == ["portway_never"]
    assert absent(ROOT, sys.platform) == []


def test_a_notice_goes_with_the_licence_it_belongs_to() -> None:
    names = [path.name for path in legal.texts_of("argcomplete")]
    assert names == ["LICENSE.rst", "NOTICE"]
