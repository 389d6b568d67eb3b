"""Les noms venus d'un lot : rien n'y trompe l'œil, ni le disque."""

import pytest

from kit_minio.grading.intake.names import (
    display_name,
    is_hidden,
    is_notebook,
    is_reserved,
    slug,
    without_accents,
    without_extension,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Zoe\u0301 Martin", "Zoé Martin"),
        ("\u202eeva\u202c nom\u200bé", "eva nomé"),
        ("=ＨＹＰＥＲＬＩＮＫ（", "=HYPERLINK("),
        ("a\x1b[31mb\x00c\r\nd", "a [31mb c d"),
        ("\ud800x", "x"),
        ("  trop   d'espaces\u2028ici ", "trop d'espaces ici"),
        ("é" * 500, "é" * 100),
    ],
)
def test_shown_names_have_nothing_that_deceives(raw, shown):
    assert display_name(raw) == shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Œuvrard", "oeuvrard"),
        ("Zoé  d'Angelo!", "zoe-d-angelo"),
        ("王小明", ""),
        ("--x--", "x"),
        ("é" * 99, "e" * 40),
    ],
)
def test_a_slug_has_only_letters_digits_and_hyphens(name, expected):
    assert slug(name) == expected


def test_two_writings_of_a_word_are_the_same_without_accents():
    assert without_accents("\u00c9LODIE Œ") == without_accents("e\u0301lodie œ") == "elodie œ"


def test_hidden_files_are_those_of_a_system_but_a_student_may_begin_with_a_dot():
    hidden = (".DS_Store", "a/.git/config", "__MACOSX/._x", "Thumbs.db", "a/desktop.ini")
    assert [path for path in hidden if not is_hidden(path)] == []
    shown = ("a/x.ipynb", ".", "..", ".NET_11_assignsubmission_file/x.ipynb")
    assert [path for path in shown if is_hidden(path)] == []


def test_windows_keeps_some_names_for_itself():
    assert all(is_reserved(name) for name in ("nul", "AUX.ipynb", "com1", "LPT9.txt"))
    assert not any(is_reserved(name) for name in ("null", "com", "auxiliaire"))


def test_a_notebook_is_known_even_when_a_browser_renames_it():
    assert is_notebook("a/x.IPYNB")
    assert is_notebook("x.ipynb.txt")
    assert is_notebook("x.json")
    assert not is_notebook("x.ipynb/lisez-moi.txt")
    assert without_extension("zoé.ipynb.txt") == "zoé"
