"""A test that is skipped on every system is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.windows.compare import main

if TYPE_CHECKING:
    from pathlib import Path


def report(folder: Path, name: str, **tests: str) -> str:
    """A report as pytest writes it: for each test the reason it was skipped for, or nothing."""
    cases = [
        f'<testcase classname="tests.x" name="{test}">'
        + (f'<skipped type="pytest.skip" message="{why}">x</skipped>' if why else "")
        + "</testcase>"
        for test, why in tests.items()
    ]
    file = folder / f"{name}.xml"
    file.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    return str(file)


@pytest.mark.parametrize(
    ("linux", "windows", "status"),
    [
        ({"a": "", "b": "Windows only"}, {"a": "Linux only", "b": ""}, 0),
        ({"a": "no nginx"}, {"a": "no nginx here"}, 1),
        ({"a": "no nginx"}, {}, 1),
        ({"a": "Linux has none"}, {"a": "only real Windows has a taskbar"}, 0),
    ],
    ids=["one each", "nowhere", "missing there", "known"],
)
def test_what_ran_nowhere_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    linux: dict[str, str],
    windows: dict[str, str],
    status: int,
) -> None:
    files = [report(tmp_path, "linux", **linux), report(tmp_path, "windows", **windows)]
    assert main(files) == status
    told = capsys.readouterr().out
    assert ("RAN NOWHERE: tests.x::a" in told) == bool(status)
    assert ("neither here nor there" in told) == ("only real" in windows.get("a", ""))


@pytest.mark.parametrize("there", [True, False])
def test_a_module_that_is_skipped_as_a_whole_ran_where_one_of_its_tests_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    linux = tmp_path / "all.xml"
    skipped = '<skipped type="pytest.skip" message="collection skipped">of Linux</skipped>'
    linux.write_text(
        f'<testsuites><testcase classname="" name="tests.x">{skipped}</testcase></testsuites>'
    )
    windows = report(tmp_path, "windows", **({"a": ""} if there else {}))
    assert main([str(linux), windows]) == (not there)
    told = capsys.readouterr().out
    assert "and of 1 modules all" in told
    assert ("RAN NOWHERE: tests.x (of Linux)" in told) is not there
