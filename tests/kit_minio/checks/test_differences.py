"""Deux textes qui se ressemblent à l'écran : ce qui les distingue est dit."""

import pytest

from kit_minio.checks.differences import difference, loose


@pytest.mark.parametrize(
    ("found", "expected", "what"),
    [
        ("e\u0301te\u0301", "été", "décomposés"),
        ("\ufeffnom", "nom", "BOM"),
        ("photos", "photos/", "« / » final"),
        ("/photos", "photos", "« / » du début"),
        ("l’île", "l'île", "apostrophe"),
        ("a\r\nb", "a\nb", "fins de ligne"),
        ("a\n", "a", "retour à la ligne final"),
        ("10\N{NO-BREAK SPACE}km", "10 km", "espaces"),
        (" a", "a", "espaces"),
        ("Port", "port", "majuscules"),
        ("%C3%A9t%C3%A9", "été", "encodé pour une URL"),
        ("%25C3%25A9", "é", "encodé deux fois"),
        ("le+port", "le port", "« + »"),
        ("Ã©tÃ©", "été", "latin-1"),
        ("ete", "été", "accents"),
        ("port", "phare", ""),
        ("port", "port", ""),
        ("", "/", ""),
    ],
)
def test_what_distinguishes_two_texts(found, expected, what):
    told = difference(found, expected)
    assert what in told
    assert bool(told) == bool(what)


def test_a_loose_text_has_no_case_apostrophe_or_spaces():
    assert loose(" L’île\N{NO-BREAK SPACE} du  LARGE ") == loose("l'île du large")
    assert loose("e\u0301te\u0301") == "été"
