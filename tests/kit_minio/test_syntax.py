"""L'arbre d'un code, demandé par plusieurs fils à la fois."""

from __future__ import annotations

import ast
import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit_minio.syntax import parse

DEEP = "\n".join("x = " + "(" * 40 + f"a{rank}" + "+b)" * 40 for rank in range(20))


def test_several_threads_parse_at_once() -> None:
    def give_way(*_: object) -> None:
        time.sleep(0)

    # Un ramassage de mémoire au milieu d'un arbre donne la main à un autre fil.
    before = gc.get_threshold()
    gc.callbacks.append(give_way)
    gc.set_threshold(50)
    try:
        with ThreadPoolExecutor(8) as pool:
            trees = list(pool.map(parse, [DEEP] * 16))
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(give_way)

    assert {len(tree.body) for tree in trees} == {20}


def test_what_is_no_code_is_an_error() -> None:
    with pytest.raises(SyntaxError):
        parse("1 +")
    assert isinstance(parse(b"x = 1").body[0], ast.Assign)
