"""The version information of the Windows programs, as Explorer and Task Manager show it."""

from __future__ import annotations

from typing import Any

from installer.project import PUBLISHER, SUMMARY, VERSION


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """Windows' form of a version: 0.1.0 -> (0, 1, 0, 0); what follows a number is left out."""
    numbers = [int("".join(filter(str.isdigit, part)) or 0) for part in version.split(".")[:3]]
    major, minor, patch, *_ = [*numbers, 0, 0]
    return major, minor, patch, 0


def version_info(name: str) -> Any:
    """PyInstaller's description of it, for the program of this name."""
    from PyInstaller.utils.win32 import versioninfo as vi

    numbers = four_numbers(VERSION)
    file = "portway.com" if "console" in name else f"{name}.exe"
    texts = {
        "CompanyName": PUBLISHER,
        "FileDescription": "Portway",  # what Task Manager and Windows Firewall call it
        "FileVersion": VERSION,
        "InternalName": "portway",
        "LegalCopyright": "MIT licence; Qt under the LGPL, see the folder licences",
        "OriginalFilename": file,
        "ProductName": "Portway",
        "ProductVersion": VERSION,
        "Comments": SUMMARY,
    }
    table = vi.StringTable("040904B0", [vi.StringStruct(*pair) for pair in texts.items()])
    return vi.VSVersionInfo(
        ffi=vi.FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            vi.StringFileInfo([table]),
            vi.VarFileInfo([vi.VarStruct("Translation", [0x0409, 0x04B0])]),
        ],
    )
