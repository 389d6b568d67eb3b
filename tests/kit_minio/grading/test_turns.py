"""Les tours des copies : ensemble, ou une seule."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from kit_minio.grading.turns import Turns


def test_copies_are_together_and_one_that_asks_is_alone() -> None:
    turns, running, seen = Turns(), set(), []
    both = threading.Barrier(2)

    def together(name: str) -> None:
        with turns.together():
            running.add(name)
            both.wait(5)  # l'autre est là en même temps
            running.discard(name)

    def alone(name: str) -> None:
        with turns.alone():
            running.add(name)
            seen.append(set(running))
            running.discard(name)

    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(together, "a")
        while not running:
            pass
        others = [pool.submit(alone, name) for name in ("c", "d")]
        both.wait(5)
        for future in (first, *others):
            future.result(5)
    assert seen in ([{"c"}, {"d"}], [{"d"}, {"c"}])


def test_nobody_begins_while_one_wants_to_be_alone() -> None:
    turns, order = Turns(), []
    with ThreadPoolExecutor(3) as pool:
        with turns.together():
            alone = pool.submit(_enter, turns.alone, order, "seule")
            while not turns.wanted:
                pass
            late = pool.submit(_enter, turns.together, order, "tardive")
        alone.result(5)
        late.result(5)
    assert order == ["seule", "tardive"]


def _enter(turn, order, name):
    with turn():
        order.append(name)
