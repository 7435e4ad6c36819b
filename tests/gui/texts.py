"""Every text a user can read, found in the sources: what is marked for translation, what is not.

Python's own parser reads the sources, as Qt's lupdate loses its way in them where a call is
wrapped over several lines. What is found here is what `translating` hands to lupdate.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
CORE = "core"
"""The context of the sentences of the core, as `wording.say` looks them up."""
SETTERS = frozenset(
    {
        "addAction", "addItem", "addMenu", "addRow", "addTab", "setAccessibleDescription",
        "setAccessibleName", "setIconText", "setInformativeText", "setLabelText",
        "setPlaceholderText",
        "setPrefix", "setSpecialValueText", "setStatusTip", "setSuffix", "setText", "setTitle",
        "setToolTip", "setWhatsThis", "setWindowTitle", "showMessage", "Note", "QAction",
        "QCheckBox",
        "QGroupBox", "QLabel", "QMenu", "QPushButton", "QRadioButton", "QToolBar",
    }
)  # fmt: skip
"""Calls that bring a text before the user's eyes."""


@dataclass(frozen=True, order=True)
class Text:
    """One text as the translation files know it."""

    context: str
    source: str
    comment: str = ""
    plural: bool = False


@dataclass
class Found:
    """What the sources hold."""

    texts: set[Text] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    """Calls whose text cannot be seen, or that show a text that nobody marked."""


def find_texts() -> Found:
    """Read all sources."""
    found = Found()
    for package in ("core", "gui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            read(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)), found)
    return found


def read(source: str, name: str, found: Found) -> None:
    """Read one source."""
    tree = ast.parse(source)
    _Reader(tree, name, found).visit(tree)


class _Reader(ast.NodeVisitor):
    def __init__(self, tree: ast.Module, name: str, found: Found) -> None:
        self._tree = tree
        self._name = name
        self._found = found
        self._classes: list[str] = []
        self._functions: list[ast.FunctionDef] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._functions.append(node)
        self.generic_visit(node)
        self._functions.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node)
        if name == "tr":
            self._take(self._classes[-1] if self._classes else "", node.args, node)
        elif name == "translate" and len(node.args) >= 2:
            self._take_translate(node)
        elif name in ("message", "Message") and node.args:
            for source in self._strings(node.args[0], node):
                if source:
                    self._found.texts.add(Text(CORE, source))
        elif name in SETTERS and self._name.startswith("gui"):
            for argument in node.args[:1] if name == "Note" else node.args:
                self._must_be_marked(argument, name)
        self.generic_visit(node)

    def _take_translate(self, node: ast.Call) -> None:
        context = node.args[0]
        if not isinstance(context, ast.Constant) or not isinstance(context.value, str):
            self._fault(node, "translate with a context that cannot be seen")
        elif not (context.value == CORE and isinstance(node.args[1], ast.Attribute)):
            self._take(context.value, node.args[1:], node)

    def _take(self, context: str, arguments: list[ast.expr], node: ast.Call) -> None:
        values = [one.value if isinstance(one, ast.Constant) else None for one in arguments[:2]]
        if not arguments or not isinstance(values[0], str):
            self._fault(node, "a text that is no literal")
            return
        comment = values[1] if len(values) > 1 and isinstance(values[1], str) else ""
        self._found.texts.add(Text(context, values[0], comment, plural=len(arguments) > 2))

    def _strings(self, value: ast.expr, node: ast.Call) -> Iterator[str]:
        """The texts that an argument can be: literals, a choice of them, or a name for them."""
        match value:
            case ast.Constant(value=str() as text):
                yield text
            case ast.IfExp():
                yield from self._strings(value.body, node)
                yield from self._strings(value.orelse, node)
            case ast.Name():
                yield from self._strings_of(value.id, node)
            case ast.Attribute(attr="template"):
                pass  # of another message, which is found where it is made
            case _:
                self._fault(node, "a message that cannot be seen")

    def _strings_of(self, name: str, node: ast.Call) -> Iterator[str]:
        values: list[ast.expr] = []
        if self._functions:
            here = self._functions[-1]
            values = list(_assigned(here, name)) or list(_passed(self._tree, here, name))
        if not values:
            top = [one for one in self._tree.body if isinstance(one, ast.Assign)]
            values = [value for one in top for value in _assigned(one, name)]
        if not values and name != "template":  # that of core.message itself
            self._fault(node, f"a message whose text “{name}” cannot be seen")
        for value in values:
            yield from self._strings(value, node)

    def _must_be_marked(self, value: ast.expr, call: str) -> None:
        """Find letters that go to the user without a translation."""
        match value:
            case ast.Constant(value=str() as text) if any(map(str.isalpha, text)):
                self._fault(value, f"{call}({text!r}) is not marked for translation")
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                self._fault(value, f"{call} gets a glued text")
            case ast.IfExp():
                self._must_be_marked(value.body, call)
                self._must_be_marked(value.orelse, call)

    def _fault(self, node: ast.expr, what: str) -> None:
        self._found.faults.append(f"{self._name}:{node.lineno}: {what}")


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _matching(target, node.value, name)
        elif isinstance(node, ast.For):
            for value in getattr(node.iter, "elts", ()):
                yield from _matching(node.target, value, name)


def _matching(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _matching(one, other, name)


def _passed(tree: ast.Module, function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    """What callers in this file give for a parameter."""
    parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if name not in parameters:
        return
    at = parameters.index(name) - (parameters[0] in ("self", "cls"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == function.name:
            if at < len(node.args):
                yield node.args[at]
            yield from (one.value for one in node.keywords if one.arg == name)
