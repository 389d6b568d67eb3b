"""Les données qui demandent de grandes bibliothèques : faites à part, une fois, pareilles."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from helpers.errors import KitError
from kit_minio.checks.making import made
from kit_minio.checks.model import Context

HERE = Context(None, "espace", 1, "essai")
APART = Context(None, "espace", 1, "essai", apart=True)


def told(text: str, times: int) -> tuple[int, bytes]:
    return os.getpid(), text.encode() * times


def dies() -> None:
    os._exit(3)


def test_it_is_the_same_here_and_apart() -> None:
    process, text = made(HERE, told, "é", 2)
    other, same = made(APART, told, "é", 2)
    assert (process, text) == (os.getpid(), same)
    assert other != process


def echo(given: Any) -> Any:
    return given


@pytest.mark.parametrize(
    "given",
    [
        b"\x00\xff",
        [b"", {"octets": b"a", "é": [0.1, 2**70, None, True]}],
        {"base64": b"x", "autre": 1},
    ],
)
def test_bytes_and_what_json_knows_come_back_as_they_were(given: Any) -> None:
    assert made(APART, echo, given) == given


def test_nothing_else_is_sent() -> None:
    """Un objet qu'il faudrait reconstruire exécuterait du code en arrivant."""
    with pytest.raises(TypeError):
        made(APART, echo, {1, 2})
    with pytest.raises(KitError):
        made(APART, odd)


def odd() -> object:
    return object()


def test_a_class_waits_for_one_process() -> None:
    with ThreadPoolExecutor(8) as pool:
        processes = {*pool.map(lambda _: made(APART, told, "classe", 1)[0], range(8))}
    assert len(processes) == 1
    assert made(APART, told, "classe", 2)[0] not in processes


def test_a_process_that_stops_is_a_sentence() -> None:
    with pytest.raises(KitError, match="n'ont pas pu être faites"):
        made(APART, dies)
