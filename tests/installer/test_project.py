"""The build's common ground: one time stamp, one version, rights, budgets, signatures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from core.config.paths import PORTABLE_MARKER
from core.version import version
from installer import budget, project
from installer.links import FLOOR
from installer.linux.share import ICON_SIZES, LINUX
from installer.project import ROOT, epoch, set_times, tool
from installer.windows import sign as signing
from installer.windows.version_file import four_numbers

SETUP = (ROOT / "installer/windows/setup.nsi").read_text(encoding="utf-8")
posix = pytest.mark.skipif(os.name != "posix", reason="of Linux")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> int:
    """A time stamp as whoever packages gives it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    epoch.cache_clear()
    return 1700000000


def test_there_is_one_version() -> None:
    assert version() == project.VERSION


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("2.10", (2, 10, 0, 0)), ("1.2.3rc4", (1, 2, 34, 0))],
)
def test_windows_wants_four_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert four_numbers(text) == numbers


@posix
def test_files_bear_the_one_moment_and_plain_rights(tmp_path: Path, moment: int) -> None:
    program, library, text = (tmp_path / name for name in ("portway", "libx.so.1", "text"))
    for path in (program, library, text):
        path.write_text("")
    program.chmod(0o700)
    library.chmod(0o700)
    text.chmod(0o600)
    (tmp_path / "link").symlink_to("text")
    tmp_path.chmod(0o700)  # as a umask of 077 makes it
    set_times(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert [path.stat().st_mode & 0o777 for path in (program, library, text)] == [
        0o755, 0o644, 0o644,
    ]  # fmt: skip
    for path in tmp_path.rglob("*"):
        assert path.lstat().st_mtime == moment


def test_a_tool_that_fails_ends_the_build_with_its_words() -> None:
    with pytest.raises(SystemExit, match="the disk is full"):
        tool(sys.executable, "-c", "import sys; print('the disk is full'); sys.exit(3)")


def test_what_outgrows_its_budget_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "MIB", 1)  # a byte
    monkeypatch.setitem(budget.UNPACKED_MIB, "linux", 5)
    (tmp_path / "one").write_bytes(b"12345")
    budget.check_unpacked(tmp_path, "linux")
    (tmp_path / "two").write_bytes(b"6")
    with pytest.raises(SystemExit, match="the budget is 5 MiB"):
        budget.check_unpacked(tmp_path, "linux")
    file = tmp_path / "x.deb"
    file.write_bytes(bytes(budget.PACKED_MIB[".deb"] + 1))
    with pytest.raises(SystemExit, match=r"x\.deb"):
        budget.check_packed(file)


def test_every_icon_size_is_rendered() -> None:
    for size in ICON_SIZES:
        assert (ROOT / "icons" / "rendered" / f"portway-{size}.png").is_file()


def test_the_setup_speaks_both_languages_in_all_its_words() -> None:
    words = re.findall(r"^LangString (\w+) \$\{LANG_(\w+)\}", SETUP, re.MULTILINE)
    english = {name for name, language in words if language == "ENGLISH"}
    chinese = {name for name, language in words if language == "SIMPCHINESE"}
    assert english == chinese == set(re.findall(r"\$\((\w+)\)", SETUP))


def test_the_setup_names_what_the_command_line_says() -> None:
    words = (ROOT / "core/cli/quit.py").read_text(encoding="utf-8")
    for script in (SETUP, (LINUX / "install.sh").read_text(encoding="utf-8")):
        assert "--quit" in script
        assert "has ended" in script
    assert "has ended." in words


def test_the_portable_zip_bears_the_marker_that_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from installer.windows import packages

    monkeypatch.setattr(packages, "DIST", tmp_path)
    bundle = tmp_path / "portway"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / "_internal" / "x.dll").write_bytes(b"x")
    sums = set()
    for _ in range(2):
        file = packages.make_portable(bundle)
        sums.add(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    top = f"Portway-{version()}"
    assert names == [f"{top}/{PORTABLE_MARKER}", f"{top}/_internal/x.dll"]
    assert len(sums) == 1


@posix
@pytest.mark.parametrize("name", ["install.sh", "uninstall.sh"])
def test_the_scripts_are_shells(name: str) -> None:
    subprocess.run(["sh", "-n", LINUX / name], check=True)
    assert set(re.findall(r"@\w+@", (LINUX / name).read_text())) <= {
        "@VERSION@",
        "@GLIBC@",
        "@HOME@",
    }
    assert FLOOR["GLIBC"] == (2, 35)


@pytest.mark.skipif(
    shutil.which("osslsigncode") is None or shutil.which("openssl") is None,
    reason="needs osslsigncode and openssl",
)
def test_a_program_is_signed_with_the_certificate_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate, both, secret = (
        tmp_path / name for name in ("key.pem", "cert.pem", "both.pfx", "password")
    )
    secret.write_text("a password\n")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    about = ["-subj", "/CN=Portway test", "-addext", "extendedKeyUsage=codeSigning"]
    tool(*made, *about, "-keyout", key, "-out", certificate)
    exported = ["openssl", "pkcs12", "-export", "-passout", f"file:{secret}"]
    tool(*exported, "-inkey", key, "-in", certificate, "-out", both)
    program = tmp_path / "Portway.exe"
    shutil.copy(_any_windows_program(), program)
    assert not signing.signs()
    monkeypatch.setenv("PORTWAY_SIGN_CERTIFICATE", str(both))
    monkeypatch.setenv("PORTWAY_SIGN_PASSWORD_FILE", str(secret))
    assert signing.signs()
    signing.sign(program)
    said = tool("osslsigncode", "verify", "-CAfile", certificate, "-in", program)
    assert "Signature verification: ok" in said


def _any_windows_program() -> Path:
    """One that setuptools brings."""
    found = find_spec("setuptools")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "cli-64.exe"


def test_another_way_of_signing_gets_the_file_as_its_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Portway.exe"
    file.write_text("unsigned")
    script = tmp_path / "sign.py"
    script.write_text("import sys; open(sys.argv[1], 'w').write('signed')")
    command = f'"{Path(sys.executable).as_posix()}" "{script.as_posix()}"'
    monkeypatch.setenv("PORTWAY_SIGN_COMMAND", command)
    signing.sign(file)
    assert file.read_text() == "signed"
