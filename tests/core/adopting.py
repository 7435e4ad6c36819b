"""A pytest plug-in that has the compiled engine tested instead of its source."""

from core import compiled

if not compiled.adopt():
    message = "there is no compiled engine for this source"
    raise RuntimeError(message)
