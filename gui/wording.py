"""Words for values: messages of the core, states, amounts, rates; nothing here knows a widget."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from core.engine.status import State
from core.message import Message

if TYPE_CHECKING:
    from core.config.mapping import Protocol
    from gui.row import Row

_STEP = 1000
"""Decimal units, as network gear and file managers count: 1 kB is 1000 bytes."""


def say(text: Message) -> str:
    """Turn a message of the core into a sentence in the user's language."""
    values = {
        name: say(value) if isinstance(value, Message) else value
        for name, value in text.values.items()
    }
    return QCoreApplication.translate("core", text.template).format(**values)


def state_word(state: State) -> str:
    """The word for a state, as the row shows it."""
    return {
        State.OFF: QCoreApplication.translate("State", "Off"),
        State.STARTING: QCoreApplication.translate("State", "Starting"),
        State.LISTENING: QCoreApplication.translate("State", "Listening"),
        State.WAITING: QCoreApplication.translate("State", "Waiting"),
        State.DEGRADED: QCoreApplication.translate("State", "Degraded"),
        State.ERROR: QCoreApplication.translate("State", "Error"),
    }[state]


def row_word(row: Row) -> str:
    """The word for a row's state."""
    if row.is_paused:
        return QCoreApplication.translate("State", "Paused")
    return state_word(row.status.state)


def status_line(row: Row) -> str:
    """The state and, when there is trouble, the reason, on one line."""
    word, trouble = row_word(row), row.status.trouble
    if trouble is None:
        return word
    template = QCoreApplication.translate("State", "{state}: {reason}")
    return template.format(state=word, reason=say(trouble.reason))


def protocol_word(protocol: Protocol) -> str:
    """The protocol as a row shows it."""
    return {"tcp": "TCP", "udp": "UDP", "both": "TCP + UDP"}[protocol.value]


def count(number: int) -> str:
    """A whole number with the separators of the user's language."""
    return QLocale().toString(number)


def amount(size: float) -> str:
    """An amount of bytes, such as ``"1.2 MB"``."""
    templates = (
        QCoreApplication.translate("Amount", "{number} B"),
        QCoreApplication.translate("Amount", "{number} kB"),
        QCoreApplication.translate("Amount", "{number} MB"),
        QCoreApplication.translate("Amount", "{number} GB"),
        QCoreApplication.translate("Amount", "{number} TB"),
    )
    return _scaled(size, templates)


def rate(size: float) -> str:
    """Bytes per second, such as ``"1.2 MB/s"``."""
    templates = (
        QCoreApplication.translate("Amount", "{number} B/s"),
        QCoreApplication.translate("Amount", "{number} kB/s"),
        QCoreApplication.translate("Amount", "{number} MB/s"),
        QCoreApplication.translate("Amount", "{number} GB/s"),
        QCoreApplication.translate("Amount", "{number} TB/s"),
    )
    return _scaled(size, templates)


def duration(seconds: float) -> str:
    """A time that has passed, such as ``"12 min 5 s"``: two units at most."""
    whole = int(seconds)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if not minutes:
        return QCoreApplication.translate("Duration", "{seconds} s").format(seconds=whole)
    if not hours:
        text = QCoreApplication.translate("Duration", "{minutes} min {seconds} s")
        return text.format(minutes=minutes, seconds=whole % 60)
    if not days:
        text = QCoreApplication.translate("Duration", "{hours} h {minutes} min")
        return text.format(hours=hours, minutes=minutes % 60)
    text = QCoreApplication.translate("Duration", "{days} d {hours} h")
    return text.format(days=count(days), hours=hours % 24)


def clock_time(when: datetime) -> str:
    """A time of today or the next hours, to the minute, as the user's country writes it."""
    return QLocale().toString(QTime(when.hour, when.minute), QLocale.FormatType.ShortFormat)


def moment(when: datetime) -> str:
    """A local time for a list: the time of today, with its date for any other day."""
    time = QLocale().toString(QTime(when.hour, when.minute, when.second), "HH:mm:ss")
    if when.date() == datetime.now().astimezone().date():
        return time
    date = QLocale().toString(
        QDate(when.year, when.month, when.day), QLocale.FormatType.ShortFormat
    )
    return QCoreApplication.translate("Moment", "{date} {time}").format(date=date, time=time)


def _scaled(size: float, templates: tuple[str, ...]) -> str:
    """Fill the template of the largest unit that leaves a number of one or more."""
    unit = 0
    # 999.95 would print as 1000.0, so the step up comes a little before the full thousand.
    while size >= _STEP - 0.05 and unit < len(templates) - 1:
        size /= _STEP
        unit += 1
    digits = 0 if unit == 0 or size >= 99.95 else 1
    return templates[unit].format(number=QLocale().toString(float(size), "f", digits))
