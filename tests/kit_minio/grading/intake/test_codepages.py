"""Les accents d'un nom de fichier, perdus puis retrouvés."""

from itertools import product

import pytest

from kit_minio.grading.intake.codepages import decoded, mended, misreadings

NAMES = ["ANAÏS LEMAÎTRE", "Zoé Côté", "NOËL RÊVÉ", "Élodie", "François Müller", "Alice", "Œuvrard"]
POLES = ["Łukasz Wałęsa", "Jan Kamiński", "Zofia Dąbrowska", "Jaś Ćwik", "Żaneta Gołębiewska"]
CODES = ["utf-8", "cp850", "cp1252", "mac_roman"]
FRENCH = ["Mélanie Lefèvre", "Noël Benoît", "Joël Çelik", "Anaïs Müller", "Zoé"]


def one(raw):
    (name,) = decoded([raw])
    return name


# « Élodie » en mac_roman se lit aussi « âlodie » en cp850 : seule la feuille le retrouve.
READABLE = {*product([*NAMES[:-1], *FRENCH], CODES)} - {("Élodie", "mac_roman")}


@pytest.mark.parametrize(("name", "code"), sorted(READABLE))
def test_a_name_of_a_zip_is_read_in_its_own_code_page(name, code):
    assert one(name.encode(code)) == name


def test_old_zips_and_old_macs_are_read_too():
    assert one("Zoé Noël".encode("cp437")) == "Zoé Noël"
    assert one("Zoé Noël".encode("mac_roman")) == "Zoé Noël"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        *((FRENCH, code) for code in ("cp850", "cp437", "cp1252", "mac_roman")),
        *((POLES, code) for code in ("cp1250", "utf-8")),
        (["Dvořák", "Šťastný", "Novák"], "cp1250"),
    ],
)
def test_the_other_names_of_a_zip_tell_how_a_doubtful_one_is_read(names, code):
    """Seul, « Kamiński » en cp1250 se lirait aussi bien « Kamiñski »."""
    assert decoded([name.encode(code) for name in names]) == names


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", ["cp850", "cp437", "latin-1"])
def test_utf8_read_in_another_code_page_is_mended(name, code):
    assert mended(name.encode().decode(code)) == name


@pytest.mark.parametrize(
    "name", [*NAMES, "王小明", "Лена", "Zoe\u0301", "Ó Briain", "DʼAngelo", "Équipe n° 1", "🙂"]
)
def test_a_right_name_stays(name):
    assert mended(name) == name


@pytest.mark.parametrize("name", [*FRENCH, *POLES[:4]])
def test_a_name_read_in_another_code_page_is_among_its_misreadings(name):
    for written in ("cp850", "cp1252", "mac_roman", "cp1250"):
        for read in ("cp437", "cp850", "cp1252", "mac_roman", "cp1250"):
            try:
                wrong = name.encode(written).decode(read)
            except UnicodeError:
                continue
            assert wrong == name or wrong in misreadings(name)
