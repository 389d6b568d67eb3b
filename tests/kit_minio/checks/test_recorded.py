"""Une réponse enregistrée par n'importe qui : lue, ou refusée sans une exception de plus."""

import json

import pytest

from kit_minio.answering.answers import MAX_ANSWER, AnswerError, pack
from kit_minio.checks.recorded import unpack


def test_what_the_kit_wrote_is_read_back():
    assert unpack(pack({"a": [1, "é"]})).value == {"a": [1, "é"]}


@pytest.mark.parametrize(
    "data", [b"{", b"NaN", b"[" * 100_000, b"\xff", b'"' + b"x" * MAX_ANSWER + b'"'], ids=range(5)
)
def test_what_somebody_else_wrote_is_refused(data):
    with pytest.raises(AnswerError):
        unpack(data)


def test_a_forged_refusal_is_only_a_refusal():
    for told in ("texte", 3, None, {"message": ["a"]}):
        found = unpack(json.dumps({"kit-refus": told, "reponse": 1}).encode())
        assert found.refusal is not None
