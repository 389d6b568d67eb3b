"""Les lecteurs de ce que d'autres ont fait, face à des octets abîmés ; et ce qu'on y a trouvé.

``python -m tests.fuzz --seconds 3600`` en fait autant, aussi longtemps que l'on veut.
"""

from __future__ import annotations

import io
import json
import os
import random
import time
import zipfile

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.errors import ContentError, SettingsError
from helpers.topics.camera import parse_settings
from helpers.topics.policies import read_policy
from kit_minio.answering.answers import AnswerError, pack
from kit_minio.checks.comparison import same
from kit_minio.checks.differences import difference, loose
from kit_minio.checks.policy_engine import allows
from kit_minio.checks.recorded import unpack
from kit_minio.grading.intake.reading import Unreadable, read_cells
from kit_minio.grading.intake.sources import open_source
from tests.support.fuzzing import TARGETS, read_inner_zip
from tests.support.mutations import deep

SECONDS = float(os.environ.get("KIT_FUZZ", "4"))  # de calcul, par cible

unhurried = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_escapes(name: str) -> None:
    """Toute exception qui n'est pas annoncée fait échouer ; les octets fautifs sont montrés."""
    rng = random.Random(name)
    end = time.process_time() + SECONDS
    while time.process_time() < end:
        data = TARGETS[name].draw(rng)
        try:
            TARGETS[name].read(data)
        except Exception as error:
            error.add_note(f"les octets : {data[:2000]!r}")
            raise


# --- Ce qui vaut pour toute valeur --------------------------------------------------------------


@unhurried
@given(json_values)
def test_an_answer_is_read_back_as_it_was_given(value: object) -> None:
    found = unpack(pack(value))
    if found.refusal is None:
        assert found.value == value
        assert same(found.value, value)
    json.dumps(found.value).encode()


@unhurried
@given(st.binary() | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_an_answer_or_refused(data: bytes) -> None:
    try:
        unpack(data)
    except AnswerError as error:
        assert error.message.endswith(".")


@unhurried
@given(json_values, json_values, st.booleans())
def test_comparing_is_symmetrical_and_never_fails(
    first: object, second: object, ordered: bool
) -> None:
    assert same(first, first, ordered=ordered)
    # Un attendu vide n'a pas de sens dans un exercice ; tout le reste se compare.
    same(first, second, ordered=ordered)


@unhurried
@given(st.text(), st.text())
def test_two_texts_that_differ_are_told_apart_in_words(first: str, second: str) -> None:
    assert difference(first, first) == ""
    assert isinstance(difference(first, second), str)
    assert loose(loose(first)) == loose(first)


@unhurried
@given(json_values)
def test_any_document_is_a_policy_or_refused(value: object) -> None:
    try:
        document = read_policy(json.dumps(value), bucket="photos")
    except ContentError:
        return
    allows(document, "s3:GetObject", "photos/a")


@unhurried
@given(st.lists(st.fixed_dictionaries({"cell_type": json_values, "source": json_values})))
def test_any_cells_are_read_or_refused(cells: list[object]) -> None:
    notebook = json.dumps({"nbformat": 4, "cells": cells}).encode()
    try:
        found, _ = read_cells(notebook)
    except Unreadable:
        return
    assert all(cell.source.encode() is not None for cell in found)


# --- Trouvé ainsi -------------------------------------------------------------------------------


def test_a_number_of_four_hundred_digits_is_a_wrong_answer() -> None:
    assert not same(10**400, 0.5)
    assert same(10**400, 10**400)


def test_a_number_of_five_thousand_digits_is_not_a_policy() -> None:
    with pytest.raises(ContentError):
        read_policy("9" * 5000)


def test_a_pattern_that_is_not_a_text_matches_nothing() -> None:
    rule = {"Effect": "Allow", "Action": [{}], "Resource": "*"}
    assert not allows({"Statement": [rule]}, "s3:GetObject", "photos/a")


def test_an_unknown_format_with_half_a_character_is_told() -> None:
    """La phrase va dans un résultat, que le correcteur écrit : elle arrêtait toute la classe."""
    with pytest.raises(Unreadable) as caught:
        read_cells(b'{"nbformat": "\\ud800"}')
    str(caught.value).encode()


def _bad_name() -> bytes:
    """Renvoie un zip dont un nom se dit en UTF-8, et ne l'est pas."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("é.ipynb", b"{}")
    return stream.getvalue().replace("é".encode(), b"\xff\xfe")


def test_a_name_that_is_not_utf_8_costs_its_archive_only(tmp_path) -> None:
    """Un élève arrêtait la classe entière."""
    read_inner_zip(_bad_name())
    (tmp_path / "lot.zip").write_bytes(_bad_name())
    with pytest.raises(ContentError, match="abîmée"), open_source(str(tmp_path / "lot.zip")):
        pass


def test_nested_brackets_are_not_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deux mille octets prenaient une seconde et demie de calcul, soixante mille, dix."""
    monkeypatch.setattr(yaml, "scan", pytest.fail)
    with pytest.raises(SettingsError):
        parse_settings("bucket: " + "[" * 2000, "corrige.yaml")


def test_a_deep_answer_is_refused_and_not_the_end() -> None:
    with pytest.raises(AnswerError):
        unpack(b"[" * 60_000)
    assert unpack(pack(deep(30))).refusal is not None
