"""Le code d'une carte : recopié de travers il se reconnaît, faux il n'ouvre rien."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import ContentError
from kit_minio.classroom.codes import keys_of, new_code, read_code, seal, unseal


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), str.strip])
def test_a_code_is_read_however_it_is_copied(change):
    code = new_code()
    assert read_code(f" {change(code)} ") == code


def test_letters_that_look_alike_are_the_same():
    code = next(code for code in iter(new_code, "") if "0" in code and "1" in code)
    assert read_code(code.replace("0", "O").replace("1", "l")) == code


@given(st.text(max_size=20))
def test_another_text_is_refused_in_a_sentence(text):
    try:
        assert len(read_code(text)) == 14
    except ContentError as error:
        assert "douze signes" in error.remedy


def test_most_typing_mistakes_are_seen():
    code = new_code()
    wrong = [code[:at] + letter + code[at + 1 :] for at in (0, 6, 13) for letter in "ABCDEFGH"]
    seen = 0
    for text in wrong:
        try:
            read_code(text)
        except ContentError:
            seen += 1
    assert seen >= 15


def test_only_the_code_opens_what_it_sealed():
    keys, other = keys_of(new_code()), keys_of(new_code())
    sealed = seal(keys, b"les clefs")
    assert unseal(keys, sealed) == b"les clefs"
    assert unseal(other, sealed) is None
    assert unseal(keys, sealed[:-1]) is None
    assert unseal(keys, sealed[:8] + b"\0" + sealed[9:]) is None
    assert unseal(keys, b'{"used_on": "2026"}') is None
    assert unseal(keys, b"KIT1") is None
    assert seal(keys, b"les clefs") != sealed
    assert b"les clefs" not in sealed


def test_the_place_says_nothing_of_the_key():
    keys = keys_of("7K3M-9QWE-R2TX")
    assert keys == keys_of("7K3M-9QWE-R2TX")
    assert keys.locator not in keys.secret.hex()
    assert keys.secret.hex() not in repr(keys) and "secret" not in repr(keys)
