"""The minute of samples behind a row's curve."""

from __future__ import annotations

from gui.traffic import SAMPLES, Traffic


def test_a_row_without_traffic_keeps_nothing_and_moves_nothing() -> None:
    traffic = Traffic()
    assert not traffic.note(0.0)
    assert not traffic.samples


def test_a_curve_moves_on_until_its_last_traffic_is_a_minute_old() -> None:
    traffic = Traffic()
    assert traffic.note(5.0)
    assert traffic.note(7.0)
    for _ in range(SAMPLES - 2):
        assert traffic.note(0.0)
    assert list(traffic.samples)[:3] == [5.0, 7.0, 0.0]
    assert traffic.note(0.0)
    assert traffic.samples[0] == 7.0
    assert traffic.note(0.0)  # the last one leaves the picture
    assert not traffic.samples
    assert not traffic.note(0.0)


def test_what_was_before_a_pause_is_forgotten() -> None:
    traffic = Traffic()
    traffic.note(5.0)
    traffic.forget()
    assert not traffic.note(0.0)
