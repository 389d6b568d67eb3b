"""Les accents d'un nom de fichier, perdus puis retrouvés."""

import pytest

from kit_minio.grading.intake.codepages import decoded, mended

NAMES = ["ANAÏS LEMAÎTRE", "Zoé Côté", "NOËL RÊVÉ", "Élodie", "François Müller", "Alice", "Œuvrard"]


@pytest.mark.parametrize("name", NAMES[:-1])
@pytest.mark.parametrize("code", ["utf-8", "cp850", "cp1252"])
def test_a_name_of_a_zip_is_read_in_its_own_code_page(name, code):
    assert decoded(name.encode(code)) == name


def test_old_zips_and_old_macs_are_read_too():
    assert decoded("Zoé Noël".encode("cp437")) == "Zoé Noël"
    assert decoded("Zoé Noël".encode("mac_roman")) == "Zoé Noël"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", ["cp850", "cp437", "latin-1"])
def test_utf8_read_in_another_code_page_is_mended(name, code):
    assert mended(name.encode().decode(code)) == name


@pytest.mark.parametrize(
    "name", [*NAMES, "王小明", "Лена", "Zoe\u0301", "Ó Briain", "DʼAngelo", "Équipe n° 1", "🙂"]
)
def test_a_right_name_stays(name):
    assert mended(name) == name
