"""The contract of all readers under random text: mappings that are valid, or the one error."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.config.exchange import LONGEST_TEXT, ExchangeError, decode, read
from core.config.mapping import problems
from tests.core.config.forms import samples

SAMPLES = [
    samples.RINETD, samples.SOCAT, samples.HAPROXY, samples.REALM, samples.SSH_CONFIG,
    samples.NETSH_DUMP, "name,listen,target,enabled,allow\nA,8080,h:80,yes,10.0.0.0/8\n",
    '{"version": 1, "mappings": [{"listen_ports": "80", "target_host": "h", "target_ports": "1"}]}',
    '{"endpoints": [{"listen": "0.0.0.0:1", "remote": "h:2", "network": {"use_udp": true}}]}',
]  # fmt: skip
WORDS = [
    *sorted({word for sample in SAMPLES for word in sample.split()}),
    *("\n", "\n\n", "\\\n", '"', "'", "#", ",", ";", "\t", "{", "}", "[", "]", "=", ":", "*", "%"),
    *("\0", "\ud800", "\u2028", "99999", "-1", "[[endpoints]]\n", "listen a\n", "bind", "server"),
    *("listen,target\n", "----- -----\n", "socat ", "TCP-LISTEN:", "+70000", "-70000", "\u0661"),
]
"""Of all these languages, and what breaks words."""


def _holds(text: str) -> None:
    try:
        found = read(text)
    except ExchangeError as error:
        error.message.template.format(**error.message.values)
        return
    assert found.mappings
    assert [one for one in found.mappings if problems(one)] == []
    assert all(map(str, found.notices))


@given(st.text())
def test_any_text(text: str) -> None:
    _holds(text)


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.sampled_from(["", " ", "\n"]))
def test_any_words_of_these_languages(words: list[str], between: str) -> None:
    _holds(between.join(words))


@given(
    st.sampled_from(SAMPLES),
    st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 12), st.one_of(st.sampled_from(WORDS), st.text())
        ),
        max_size=4,
    ),
)
def test_samples_with_anything_cut_out_and_put_in(
    sample: str, edits: list[tuple[float, int, str]]
) -> None:
    for place, length, text in edits:
        at = int(place * len(sample))
        sample = sample[:at] + text + sample[at + length :]
    _holds(sample)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_not(data: bytes) -> None:
    text = decode(data)
    if text is not None:
        _holds(text)


def test_long_lines_of_nothing_are_no_burden() -> None:
    for piece in ("[", "{", "a:", '"', "listen ", "8080 ", "socat ", "-", "#", "\\\n", "1,", "\n"):
        _holds((piece * LONGEST_TEXT)[: LONGEST_TEXT // 4])
