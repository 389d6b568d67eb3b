"""Des messages recomposés de morceaux : coupés n'importe où, et jetés s'ils sont trop gros."""

from __future__ import annotations

import tracemalloc

import pytest

from kit_minio.grading.execute.messages import COMMAND, MAX_MESSAGE, MORE, Messages, frame


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        bytes([3]) + (1_000_000).to_bytes(8, "big") + bytes(1_000_000),
        bytes([1, 0]) * 20_000,
        bytes([3]) + (2**62).to_bytes(8, "big") + bytes(1_000_000),
    ],
    ids=["pieces", "empty-pieces", "one-piece"],
)
def test_an_endless_message_takes_no_memory(piece: bytes) -> None:
    messages = Messages()
    tracemalloc.start()
    try:
        for _ in range(4):
            assert messages.feed(piece) == []
        assert tracemalloc.get_traced_memory()[1] < 3 * MAX_MESSAGE + 2 * len(piece)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_cut_anywhere_give_the_same_messages(size: int) -> None:
    data = frame(b"ab", MORE) + frame(b"", 0) + frame(b"abc", COMMAND) + frame(b"x" * 300, 0)
    messages = Messages()
    found = [
        message
        for start in range(0, len(data), size)
        for message in messages.feed(data[start : start + size])
    ]
    assert found == [[b"ab", b""], [b"x" * 300]]
    assert messages.parts == 4


@pytest.mark.parametrize("last", [b"", b"y"])
def test_a_message_too_big_is_dropped_whole_and_the_next_one_kept(last: bytes) -> None:
    big = frame(b"a", MORE) + frame(bytes(MAX_MESSAGE), MORE) + frame(b"c", MORE) + frame(last, 0)
    assert Messages().feed(big + frame(b"z", 0)) == [[b"z"]]


def test_a_command_between_two_pieces_is_not_one_of_them() -> None:
    data = frame(b"a", MORE) + frame(b"PING", COMMAND) + frame(b"b", 0)
    assert Messages().feed(data) == [[b"a", b"b"]]
