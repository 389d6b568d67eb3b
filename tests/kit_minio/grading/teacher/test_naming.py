"""Désigner une copie ou un exercice comme une personne l'écrit."""

from __future__ import annotations

import pytest

from kit_minio.grading.model import Result
from kit_minio.grading.teacher.naming import find_copies, find_exercise

RESULTS = [
    Result("petit-zoe", "Zoé Petit", "12"),
    Result("roux-ana", "Ana Roux", "13"),
    Result("roux-ana-2", "Ana Roux", None),
    Result("14", "Max Lenoir", "15"),
    Result("lukasik-hugo", "Hugo Łukasik", None),
]


@pytest.mark.parametrize(
    "text", ["01.2", "1.2", "01 2", "clean_up", "01.clean_up", "nettoyer sans tout perdre"]
)
def test_an_exercise_has_several_names(text: str) -> None:
    assert find_exercise(text, ["01", "02"]) == ("01", "clean_up")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("01.9", "aucun exercice « 01.9 » dans les leçons 01, 02"),
        ("03.1", "aucun exercice"),
        ("2", "aucun exercice"),
        ("", "aucun exercice"),
    ],
)
def test_an_unknown_exercise_is_said(text: str, told: str) -> None:
    with pytest.raises(LookupError, match=told):
        find_exercise(text, ["01", "02"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("petit-zoe", {"petit-zoe"}),
        ("zoe PETIT", {"petit-zoe"}),
        ("12", {"petit-zoe"}),
        ("Ana Roux", {"roux-ana", "roux-ana-2"}),
        ("roux-ana", {"roux-ana"}),
        ("hugo lukasik", {"lukasik-hugo"}),
        ("Inconnue", set()),
        ("", set()),
    ],
)
def test_a_copy_has_several_names(text: str, found: set[str]) -> None:
    assert find_copies(text, RESULTS) == found
