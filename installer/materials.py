"""What a download is made of, as a CycloneDX bill of materials, and the sums of all downloads."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime
from email.parser import HeaderParser
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from installer.bundle import MADE_WITH
from installer.contents import BUNDLED, packages
from installer.project import DIST, VERSION, epoch, fail, say, tool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUMS = "SHA256SUMS"
PARTS = {
    "Python": ("PSF-2.0", None),
    "PyInstaller": ("GPL-2.0-or-later WITH Bootloader-exception", "pyinstaller"),
    "mypyc": ("MIT", "mypy"),
}
"""Of a bundle's own list: the licence, and the package it comes from. Of PyInstaller the program
that starts Portway is inside, of mypyc what compiled modules have in common."""
RUNTIMES = {
    "libffi-*.dll": "MIT",
    "msvcp*.dll": "LicenseRef-Microsoft-Visual-C-Runtime",
    "vcruntime*.dll": "LicenseRef-Microsoft-Visual-C-Runtime",
}
"""What Python and Qt bring for Windows beside themselves."""


def write_bill(bundle: Path, platform: str) -> Path:
    """Describe a bundle: every package in it, Qt, Python, the libraries of the system."""
    portway, *others = components(bundle / "_internal", platform)
    bom = Bom(components=others)
    bom.metadata.component = portway
    bom.metadata.timestamp = datetime.fromtimestamp(epoch(), UTC)
    digests = [sha256(path) for path in sorted(bundle.rglob("*")) if path.is_file()]
    name = hashlib.sha256("".join(digests).encode()).digest()
    bom.serial_number = uuid.UUID(bytes=name[:16], version=4)  # the same for the same bundle
    bom.register_dependency(portway, others)
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        fail(f"the bill of materials is not valid: {wrong}")
    kind = "windows" if platform == "win32" else "linux"
    file = DIST / f"portway-{VERSION}-{kind}.cdx.json"
    file.write_text(text + "\n", encoding="utf-8")
    say(f"made {file.name}, {len(others)} components")
    return file


def components(inner: Path, platform: str) -> Iterator[Component]:
    """Portway first, then what it is made of."""
    expected = packages(platform)
    found = {}
    for path in sorted(inner.glob("*.dist-info/METADATA")):
        about = HeaderParser().parsestr(path.read_text(encoding="utf-8"))
        found[str(about["Name"])] = str(about["Version"])
    if differing := set(found) ^ {"portway", *expected}:
        fail(f"packages that are in the bundle alone, or not in it: {differing}")
    yield _component("portway", found.pop("portway"), "MIT", ComponentType.APPLICATION)
    for name, version in found.items():
        purl = PackageURL("pypi", None, name.lower().replace("_", "-"), version)
        yield _component(name, version, expected[name], purl=purl)
    # PySide6 is built with, and versioned as, the Qt it brings.
    qt = found["PySide6_Essentials"]
    yield _component("Qt", qt, "LGPL-3.0-only", ComponentType.FRAMEWORK)
    for line in (inner / MADE_WITH).read_text(encoding="utf-8").splitlines():
        name, version = line.split()
        licence, package = PARTS[name]
        purl = PackageURL("pypi", None, package, version) if package else None
        yield _component(name, version, licence, ComponentType.FRAMEWORK, purl=purl)
    if platform == "win32":
        yield from _runtimes(inner)
        return
    yield _component("ICU", _icu_version(inner), "Unicode-3.0")
    for library, package in sorted(BUNDLED.items()):
        file = inner / library
        if not file.is_file():  # nothing in this bundle needs it
            continue
        version = tool("dpkg-query", "-W", "-f", "${Version}", package).strip()
        purl = PackageURL("deb", "debian", package, version, {"arch": "amd64"})
        yield _component(library, version, "MIT", purl=purl, file=file)


def _runtimes(inner: Path) -> Iterator[Component]:
    """Each once; some are there in several versions, which no name tells, so their sums do."""
    files: dict[tuple[str, str], Path] = {}
    for path in sorted(inner.rglob("*.dll")):
        if any(fnmatch(path.name.lower(), pattern) for pattern in RUNTIMES):
            files.setdefault((path.name.lower(), sha256(path)), path)
    for (name, digest), path in files.items():
        (licence,) = (text for pattern, text in RUNTIMES.items() if fnmatch(name, pattern))
        yield _component(name, f"sha256:{digest[:16]}", licence, file=path)


def _component(
    name: str,
    version: str,
    licence: str,
    kind: ComponentType = ComponentType.LIBRARY,
    *,
    purl: PackageURL | None = None,
    file: Path | None = None,
) -> Component:
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=sha256(file))] if file else []
    return Component(
        name=name, version=version, type=kind, bom_ref=f"{name}@{version}", purl=purl,
        licenses=[LicenseExpression(licence)], hashes=hashes,
    )  # fmt: skip


def _icu_version(inner: Path) -> str:
    (library,) = (inner / "PySide6/Qt/lib").glob("libicuuc.so.*")
    found = re.search(r"\.so\.(\d+)", library.name)
    assert found is not None
    return found[1]


def sha256(file: Path) -> str:
    """The sum of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_sums(files: list[Path]) -> None:
    """Write the sums of these downloads, and of those of the other system that lie there."""
    path = DIST / SUMS
    known = {}
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
        known = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    known = {name: digest for name, digest in known.items() if (DIST / name).is_file()}
    known |= {file.name: sha256(file) for file in files}
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items()))
    path.write_text(text, encoding="utf-8", newline="\n")
    say(f"made {SUMS}")
