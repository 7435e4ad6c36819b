"""Sentences for a person, kept apart from their values."""

from __future__ import annotations

from core.message import Message, PortwayError, message


def test_a_message_is_its_template_filled_in() -> None:
    text = message("Port {port} is in use by {name}.", port=80, name="web")
    assert str(text) == "Port 80 is in use by web."
    assert text.template == "Port {port} is in use by {name}."


def test_braces_in_a_value_are_only_text() -> None:
    assert str(message("“{text}” is no port.", text="{port} %s {")) == "“{port} %s {” is no port."


def test_a_value_may_have_the_name_of_the_parameter() -> None:
    assert str(message("{template} {values}", template=1, values=2)) == "1 2"


def test_messages_are_compared_by_what_they_say() -> None:
    assert message("{a}", a=1) == Message("{a}", {"a": 1})
    assert message("{a}", a=1) != message("{a}", a=2)


def test_an_error_says_its_message() -> None:
    error = PortwayError(message("No {what}.", what="port"))
    assert str(error) == "No port."
    assert str(error.message) == "No port."
