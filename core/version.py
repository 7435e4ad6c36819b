"""The version, read from the one place that holds it: pyproject.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def version() -> str:
    """Return Portway's version, such as ``"0.1.0"``.

    A checkout answers from its own pyproject.toml, so that an older installed copy cannot speak
    for it; an installed or frozen program answers from its package metadata.
    """
    project_file = Path(__file__).parent.parent / "pyproject.toml"
    if project_file.is_file():
        project = tomllib.loads(project_file.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == "portway":  # beside an installed copy, another's may lie around
            return str(project["version"])
    from importlib import metadata  # here: it brings the parsing of e-mail along, 2 MB of memory

    return metadata.version("portway")
