"""Le verrou d'un autre programme : son tour est annoncé, attendu, puis abandonné."""

from __future__ import annotations

from contextlib import suppress

import pytest
from filelock import FileLock

from helpers.errors import ServerError
from helpers.server.lock import only_one
from tests.support.servers import hold, output


def is_free(lock):
    with suppress(TimeoutError), FileLock(lock, timeout=0):
        return True
    return False


def test_turn_is_announced_then_taken_when_the_holder_ends(tmp_path):
    lock = tmp_path / "lock"
    holder = hold(lock)
    said = []

    def let_go(sentence):
        said.append(sentence)
        output(holder)

    with only_one(lock, "range", seconds=20, say=let_go):
        assert said == ["Un autre programme du kit range : attente…"]
    assert is_free(lock)


def test_wait_that_is_too_long_is_given_up_with_its_length(tmp_path):
    lock = tmp_path / "lock"
    holder = hold(lock)
    try:
        with (
            pytest.raises(ServerError, match=r"range depuis plus de 0 s\. Attendez"),
            only_one(lock, "range", seconds=0.1),
        ):
            pytest.fail("ce n'est pas son tour")
        assert not is_free(lock)
    finally:
        output(holder)
    assert is_free(lock)


def test_free_lock_is_taken_without_a_word_and_given_back(tmp_path):
    lock = tmp_path / "lock"
    said = []
    for _ in range(2):
        with pytest.raises(KeyError), only_one(lock, "range", seconds=1, say=said.append):
            raise KeyError
    assert said == []
    assert is_free(lock)
