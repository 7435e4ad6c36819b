"""What the editor says of what was typed: beside each field, and beside the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QLabel

from gui import wording
from gui.actions import plain
from gui.draft import listener_of, target_of
from gui.editor_hints import on_forwarding, on_listening, who_can_connect
from gui.editor_parts import FaultMark, Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping, Problem
    from core.system.own_addresses import LocalAddress
    from gui.draft import Draft
    from gui.editor_form import EditorForm
    from gui.port_watch import PortWatch


class EditorVoice(QObject):
    """Speaks of a field only once the user has been there: an empty one is no mistake yet.

    Nor is half an address while it is being typed.
    """

    def __init__(
        self,
        form: EditorForm,
        watch: PortWatch,
        edited: Mapping | None,
        others: Sequence[Mapping],
    ) -> None:
        super().__init__(form)
        self._form = form
        self._watch = watch
        self._edited = edited
        self._others = others
        self._marks = {
            "listen_host": FaultMark(form.listen_host.line),
            "listen_ports": FaultMark(form.listen_ports),
            "target_host": FaultMark(form.target_host.line),
            "target_ports": FaultMark(form.target_ports),
            "allow": FaultMark(form.more.allow),
            "more_targets": FaultMark(form.more.more_targets),
            "source_address": FaultMark(form.more.source_address),
        }
        # A mapping that is there already was filled in by somebody.
        self.touched = set(self._marks) if edited is not None else set()

    def say(
        self, draft: Draft, problems: Sequence[Problem], addresses: Sequence[LocalAddress]
    ) -> None:
        """Say all that there is to say beside the fields."""
        first: dict[str, Problem] = {}
        for problem in problems:
            first.setdefault(problem.field, problem)
        fields = (("listen_host", self._form.listen_host), ("target_host", self._form.target_host))
        under_way = {name for name, field in fields if field.under_way}
        shown = {name: one for name, one in first.items() if name in self.touched - under_way}
        for name, mark in self._marks.items():
            mark.show(wording.say(shown[name].text) if name in shown else "")
        self._say_listen(draft, shown, addresses)
        self._say_target(draft, shown)
        self._say_more(shown)
        self._form.name_more()

    def _say_listen(
        self, draft: Draft, shown: dict[str, Problem], addresses: Sequence[LocalAddress]
    ) -> None:
        form = self._form
        listener = listener_of(draft, self._edited)
        self._watch.look_at(listener, self._others)
        problem = shown.get("listen_host") or shown.get("listen_ports")
        form.use_free.hide()
        if problem is not None:
            form.listen_note.say(wording.say(problem.text), Weight.PROBLEM)
            return
        if listener is None:
            said = who_can_connect(draft.listen_host, draft.allow, addresses)
        else:
            said = on_listening(listener, self._others, self._watch.news, addresses)
        form.listen_note.say(said.text, said.weight)
        if said.free is not None:
            ports = str(said.free)
            text = (
                QCoreApplication.translate("Editor", "Use ports {ports}")
                if len(said.free) > 1
                else QCoreApplication.translate("Editor", "Use port {ports}")
            )
            form.use_free.setText(text.format(ports=ports))
            form.use_free.show()

    def _say_target(self, draft: Draft, shown: dict[str, Problem]) -> None:
        target = target_of(draft)
        self._form.test.set_mapping(target)
        problem = shown.get("target_host") or shown.get("target_ports")
        if problem is not None:
            self._form.target_note.say(wording.say(problem.text), Weight.PROBLEM)
            return
        said = on_forwarding(target, draft.listen_ports)
        self._form.target_note.say(said.text, said.weight)

    def _say_more(self, shown: dict[str, Problem]) -> None:
        allow, targets = shown.get("allow"), shown.get("more_targets")
        self._form.more.allow_note.say(
            wording.say(allow.text)
            if allow
            else QCoreApplication.translate(
                "Editor", "Separate networks by commas. Empty lets everyone in who can reach it."
            ),
            Weight.PROBLEM if allow else Weight.HINT,
        )
        self._form.more.targets_note.say(
            wording.say(targets.text)
            if targets
            else QCoreApplication.translate(
                "Editor", "For when the first does not answer, or to share the work."
            ),
            Weight.PROBLEM if targets else Weight.HINT,
        )

    # Beside the button.

    def verdict(self, draft: Draft, problems: Sequence[Problem]) -> str:
        """The first thing that is wrong, as a request where the field is only empty yet."""
        if not problems:
            return ""
        problem = problems[0]
        wish = _wish(problem.field)
        if wish and not getattr(draft, problem.field).strip():
            return wish
        text = QCoreApplication.translate("Editor", "{field}: {problem}")
        return text.format(field=self._name_of(problem.field), problem=wording.say(problem.text))

    def _name_of(self, name: str) -> str:
        """What the label of a field says."""
        field = getattr(self._form, name, None) or getattr(self._form.more, name)
        labels = self._form.findChildren(QLabel)
        label = next((one.text() for one in labels if one.buddy() is field), "")
        return field.accessibleName() or plain(label)


def _wish(field: str) -> str:
    """What is asked for while a field is empty; nothing for those that may be."""
    return {
        "listen_host": QCoreApplication.translate("Editor", "Fill in the address to listen on."),
        "listen_ports": QCoreApplication.translate("Editor", "Fill in the port to listen on."),
        "target_host": QCoreApplication.translate("Editor", "Fill in the host to connect to."),
        "target_ports": QCoreApplication.translate("Editor", "Fill in the port to connect to."),
    }.get(field, "")
