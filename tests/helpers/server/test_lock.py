"""Le verrou d'un autre programme : son tour est annoncé, attendu, puis abandonné."""

from __future__ import annotations

import pytest

from helpers.errors import ServerError
from helpers.server.lock import is_held, only_one
from tests.support.servers import hold, output


def test_turn_is_announced_then_taken_when_the_holder_ends(tmp_path):
    lock = tmp_path / "lock"
    holder = hold(lock)
    said = []

    def let_go(sentence):
        said.append(sentence)
        output(holder)

    with only_one(lock, "range", seconds=20, say=let_go):
        assert said == ["Un autre programme du kit range : attente…"]
    assert not is_held(lock)


def test_wait_that_is_too_long_is_given_up_with_its_length(tmp_path):
    lock = tmp_path / "lock"
    holder = hold(lock)
    try:
        with (
            pytest.raises(ServerError, match=r"range depuis plus de 0 s\. Attendez"),
            only_one(lock, "range", seconds=0.1),
        ):
            pytest.fail("ce n'est pas son tour")
        assert is_held(lock)
    finally:
        output(holder)
    assert not is_held(lock)


def test_free_lock_is_taken_without_a_word_and_given_back(tmp_path):
    lock = tmp_path / "lock"
    said = []
    for _ in range(2):
        with pytest.raises(KeyError), only_one(lock, "range", seconds=1, say=said.append):
            raise KeyError
    assert said == []
    assert not is_held(lock)


def test_lock_that_was_never_taken_is_not_held_nor_made(tmp_path):
    assert not is_held(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []
