"""La liste des étudiants, telle que les tableurs et les secrétariats l'écrivent."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.errors import ContentError, KitError
from kit_minio.classroom.roster import Entry, entries_of, read_roster

TEXT = "Nom;Prénom;Courriel\nMartin;Zoé;zoe@exemple.fr\nDupont;Léa;lea@exemple.fr\n"


def names(data: bytes) -> list[str]:
    return [entry.name for entry in entries_of(data, "liste.csv")[0]]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("cp1252"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        ("sep=;\n" + TEXT).encode(),
        ("\n\n" + TEXT + "\n;;\n").encode(),
        TEXT.replace("Nom;Prénom", "NOM;PRENOM").encode(),
        b"Nom complet;Groupe\nZo\xc3\xa9 Martin;A\nL\xc3\xa9a Dupont;B\n",
        b"Full name\nZo\xc3\xa9 Martin\nL\xc3\xa9a Dupont\n",
        b"Zo\xc3\xa9 Martin\nL\xc3\xa9a Dupont\n",
        b'"Zo\xc3\xa9 Martin";12\n"L\xc3\xa9a Dupont";13\n',
    ],
)
def test_every_way_to_write_a_list_gives_the_same_students(data):
    assert names(data) == ["Zoé Martin", "Léa Dupont"]


def test_a_number_or_an_address_tells_namesakes_apart():
    entries, said = entries_of(b"nom;numero\nAna Le;1\nAna Le;2\nAna Le;2\n", "liste.csv")
    assert [entry.login for entry in entries] == ["1", "2"]
    assert said == ["liste.csv, ligne 4 : la même personne que la ligne 3."]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "aucun étudiant"),
        (b"nom;prenom\n;\n", "aucun étudiant"),
        (b"nom\nAna Le\nana  LE\n", "lignes 2 et 3 : « ana LE » y est deux fois"),
        (b"nom;numero\nAna Le;1\nAna Le;\n", "lignes 2, 3 : le même nom"),
        (b"PK\x03\x04classeur", "est un classeur, et non un CSV"),
        (b"\x00\x01\x02\x03" * 9, "n'est pas un texte"),
        (b'nom\n"Ana\x00', "n'est pas un texte"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused_in_a_sentence(data, says):
    with pytest.raises(ContentError, match=says):
        entries_of(data, "liste.csv")


def test_a_line_without_a_name_is_said_and_left_out():
    entries, said = entries_of(b"nom;numero\n;7\nAna Le;8\n", "liste.csv")
    assert [entry.name for entry in entries] == ["Ana Le"]
    assert said == ["liste.csv, ligne 2 : pas de nom, ligne ignorée."]


def test_accents_capitals_and_order_do_not_make_another_student():
    assert Entry("Zoé MARTIN").key == Entry("martin zoe").key
    assert Entry("Zoé Martin", "1").key != Entry("Zoé Martin", "2").key


def test_what_would_deceive_the_eye_is_removed_from_a_name():
    assert names("nom\nAna\u202e\u200b\x07 Le\n".encode()) == ["Ana Le"]


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path):
    with pytest.raises(ContentError, match="ne se lit pas"):
        read_roster(tmp_path / "absent.csv")
    (tmp_path / "gros.csv").write_bytes(b"a" * (4 * 2**20 + 1))
    with pytest.raises(ContentError, match="dépasse 4 Mio"):
        read_roster(tmp_path / "gros.csv")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"sep=\n")
@example(b'nom\n"')
def test_no_bytes_at_all_make_it_stumble(data):
    try:
        entries, _ = entries_of(data, "liste.csv")
    except KitError:
        return
    assert entries and all(entry.name for entry in entries)
