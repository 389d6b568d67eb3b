"""Ce qu'une réponse veut dire, ce qui est refusé et pourquoi, ce qui en reste."""

import array
import datetime as dt
from collections import Counter, OrderedDict, deque, namedtuple
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from uuid import UUID

import numpy as np
import pytest
from urllib3 import HTTPHeaderDict

from kit_minio.answering.answers import ABSENT, MAX_ANSWER, AnswerError, pack, refused
from kit_minio.checks.recorded import unpack

Point = namedtuple("Point", "x y")


class Color(Enum):
    RED = "rouge"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (np.int64(8), 8),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array(3), 3),
        ({"octets": np.uint16(3)}, {"octets": 3}),
        ({np.int32(417): 2}, {"417": 2}),
        (Decimal("12"), 12),
        (Decimal("12.5"), 12.5),
        (Fraction(1, 4), 0.25),
        ((1, (2, 3)), [1, [2, 3]]),
        (Point(1, 2), [1, 2]),
        (deque([1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        (array.array("i", [1, 2]), [1, 2]),
        ((n for n in (1, 2)), [1, 2]),
        (map(str, (1, 2)), ["1", "2"]),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        ({"a": 1}.items(), [["a", 1]]),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (HTTPHeaderDict({"ETag": "x"}), {"ETag": "x"}),
        (PurePosixPath("a/b"), "a/b"),
        (PureWindowsPath("a\\b"), "a/b"),
        (dt.date(2027, 1, 31), "2027-01-31"),
        (dt.datetime(2027, 1, 31, 9, tzinfo=dt.UTC), "2027-01-31T09:00:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Color.RED, "rouge"),
        ({True: 1, None: 2, 3: 4}, {"true": 1, "null": 2, "3": 4}),
        ("\ud800", "\ud800"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_what_it_means(answer, meant):
    found = unpack(pack(answer))
    assert found.refusal is None
    assert found.value == meant


def test_a_set_is_the_list_of_its_values_in_nobody_s_order():
    found = unpack(pack(frozenset("abcdefgh"))).value
    assert sorted(found) == list("abcdefgh")
    assert found not in (list("abcdefgh"), list("hgfedcba"))
    assert found == unpack(pack(set("hgfedcba"))).value


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def endless():
    while True:
        yield "encore"


@pytest.mark.parametrize(
    ("answer", "cause", "kept"),
    [
        ({"texte": b"abc", "n": 1}, "« texte » contient des octets : decode()", {"n": 1}),
        ([1, {"a": b"abc"}], "« a » contient des octets", None),
        (b"abc", "elle contient des octets", None),
        ({"km": float("nan")}, "« km » contient nan", {}),
        (float("inf"), "elle contient inf", None),
        (Fraction(10**999, 3), "qui n'est pas un nombre", None),
        (Decimal("sNaN"), "qui n'est pas un nombre", None),
        ({"clé": object()}, "« clé » contient un objet « object »", {}),
        ({"f": pack}, "appelez-la, avec ses parenthèses", {}),
        ({"reste": ...}, "« reste » contient un objet « ellipsis »", {}),
        ({("a", "b"): 1}, "a une clé qui n'est ni un texte ni un nombre", None),
        ("x" * (MAX_ANSWER + 1), "trop longue", None),
        (endless(), "trop longue", None),
        (10**5000, "trop longue", None),
        (nested(25), "trop imbriquée", None),
        (nested(100_000), "trop imbriquée", None),
        (ABSENT, "check() attend votre réponse", None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_refusal_names_the_inner_culprit_and_keeps_the_rest(answer, cause, kept):
    found = unpack(pack(answer))
    assert cause in found.refusal.message
    if kept is not None:
        assert {name: value for name, value in found.value.items() if value is not None} == kept


def test_a_subclass_that_lies_is_a_plain_number():
    class Liar(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    found = unpack(pack(Liar(3))).value
    assert type(found) is int
    assert found != 4


def test_a_refusal_too_long_keeps_its_cause():
    found = unpack(refused(AnswerError("Trop."), "x" * MAX_ANSWER))
    assert (found.value, found.refusal.message) == (None, "Trop.")


def test_a_series_is_a_dictionary_when_its_labels_are_names():
    pandas = pytest.importorskip("pandas")
    assert unpack(pack(pandas.Series({"a": 1, "b": 2}))).value == {"a": 1, "b": 2}
    assert unpack(pack(pandas.Series(["a", "b"], index=[4, 7]))).value == ["a", "b"]
