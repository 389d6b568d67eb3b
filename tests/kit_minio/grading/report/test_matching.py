"""À quelle ligne de la feuille est une copie, avec ou sans identifiant."""

import csv
import io
import struct
import zipfile
import zlib

import pytest

from kit_minio.grading.intake.copies import open_batch
from kit_minio.grading.intake.names import display_name
from kit_minio.grading.report.matching import same_name
from kit_minio.grading.report.moodle import with_full_names
from kit_minio.grading.report.worksheet import Worksheet
from tests.support.copies import NOTEBOOK
from tests.support.moodle import graded_rows, result_of

HEADER = [
    *("Identifiant", "Nom complet", "Nom d'utilisateur", "Numéro d'identification"),
    *("Adresse de courriel", "Note", "Note maximale", "Dernière modification (note)"),
]
PEOPLE = [
    ("11", "Alice Martin", "amartin", "20261234", "alice.martin@univ.example"),
    ("12", "Bruno Le Gall", "blegall", "20261235", "bruno.legall@univ.example"),
    ("13", "Zoé Roy", "zroy1", "20261236", "zoe.roy@univ.example"),
    ("14", "Zoé Roy", "zroy2", "20261237", "zoe.roy2@univ.example"),
    ("15", "Anne-Marie d'Hénin Öztürk", "aozturk", "20261238", "am@univ.example"),
    ("16", "Jean Petit", "jpetit", "20261239", "jean.petit@univ.example"),
]


def sheet_for(people):
    """Renvoie la feuille d'une classe."""
    stream = io.StringIO(newline="")
    table = [[f"Participant{n}", *others, "", "20,00", "-"] for n, *others in people]
    csv.writer(stream).writerows([HEADER, *table])
    return Worksheet(stream.getvalue().encode())


def matched(*names, people=PEOPLE):
    """Renvoie l'identifiant de la ligne de chaque copie, et les remarques."""
    found = [result_of(name, None) for name in names]
    pairs, remarks = sheet_for(people).match(found)
    return {result.name: row.id for row, result in pairs}, remarks


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("Alice Martin", "11"), ("MARTIN Alice", "11"), ("martin-alice", "11")),
        *(("martinalice", "11"), ("alicemartin", "11"), ("amartin", "11")),
        *(("alice.martin@univ.example", "11"), ("alice.martin", "11"), ("20261234", "11")),
        *(
            ("Alice Jeanne Martin", "11"),
            ("Alice MARTIN (amartin)", "11"),
            ("Martin_Alice_amartin_2026", "11"),
        ),
        *(("legallbruno", "12"), ("LE GALL Bruno", "12"), ("Bruno_Le_Gall", "12")),
        *(("zroy2", "14"), ("zoe.roy2", "14"), ("Zoé Roy 20261236", "13")),
        *(("Öztürk Anne-Marie d'Hénin", "15"), ("Anne Marie d Henin Ozturk", "15")),
    ],
)
def test_a_copy_without_an_identifier_finds_its_row(name, number):
    assert matched(name)[0] == {name: number}


@pytest.mark.parametrize("name", ["Alice", "Martin", "A. Martin", "Paul Martin", "12", "am", "x"])
def test_a_guess_is_not_a_match(name):
    found, remarks = matched(name)
    assert found == {}
    assert f"Copies sans ligne dans la feuille : {name}." in remarks


def test_a_name_for_two_rows_is_for_a_human_in_one_remark():
    found, remarks = matched("Zoé Roy", "ROY Zoé", "Jean Petit")
    assert found == {"Jean Petit": "16"}
    doubtful = [remark for remark in remarks if "plusieurs lignes" in remark]
    assert doubtful == [
        "Copies dont le nom convient à plusieurs lignes, inchangées : "
        "Zoé Roy (Zoé Roy (13), Zoé Roy (14)), ROY Zoé (Zoé Roy (13), Zoé Roy (14))."
    ]
    assert not any("Lignes sans copie" in remark and "Zoé" in remark for remark in remarks)


@pytest.mark.parametrize(
    "name",
    [
        *("Alice Martin et Bruno Le Gall", "MARTIN Alice - LE GALL Bruno", "Martin_Alice_Le Gall"),
        *("Binôme Le Gall Bruno, Alice Martin", "Alice Martin & Bruno Le Gall"),
    ],
)
def test_a_copy_signed_by_two_is_for_both(name):
    name = f"{name} Bruno" if name.endswith("Alice_Le Gall") else name
    found = [result_of(name, None)]
    sheet = sheet_for(PEOPLE)
    pairs, remarks = sheet.match(found)
    assert [(row.id, result.name) for row, result in pairs] == [("11", name), ("12", name)]
    said = f"qui valent pour chacune : {name} (Alice Martin (11), Bruno Le Gall (12))."
    assert any(said in remark for remark in remarks)
    (shown,) = with_full_names(found, sheet)
    assert shown.name == "Alice Martin et Bruno Le Gall"
    assert len(sheet.match([shown])[0]) == 2


@pytest.mark.parametrize("name", ["Alice Martin et Zoé Roy", "Alice Martin et Bruno Le Gall Petit"])
def test_a_copy_signed_by_someone_unknown_is_for_a_human(name):
    found, remarks = matched(name)
    assert found == {}
    assert any(name in remark for remark in remarks)


def test_who_also_handed_in_a_copy_of_her_own_is_for_a_human():
    found, remarks = matched("Alice Martin et Bruno Le Gall", "Bruno Le Gall")
    assert found == {"Alice Martin et Bruno Le Gall": "11"}
    assert any("plusieurs copies lui correspondent" in remark for remark in remarks)


def test_two_copies_for_one_row_leave_it_untouched():
    found, remarks = matched("Alice Martin", "amartin")
    assert found == {}
    told = "Alice Martin (11) : plusieurs copies lui correspondent ; la ligne est inchangée."
    assert told in remarks


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Alice Martin", "Alice Marie Martin", True),
        ("Alice Martin", "Alice Roy", False),
        ("Alice", "Alice Martin", False),
        ("Chloé Côté", "Chlo? C?t?", True),
    ],
)
def test_names_of_the_same_identifier(one, other, same):
    assert same_name(one, other) is same
    assert same_name(other, one) is same


class OldEntry(zipfile.ZipInfo):
    """Une entrée de zip dont le nom est dans une page de code, que rien ne dit."""

    code = ""

    def _encodeFilenameFlags(self):
        return self.filename.encode(self.code), self.flag_bits & ~0x800


def old_zip(path, names, code):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            entry = OldEntry(f"{name}/01-buckets.ipynb")
            entry.code = code
            archive.writestr(entry, NOTEBOOK)
    assert not any(info.flag_bits & 0x800 for info in zipfile.ZipFile(path).infolist())


def sheet_of_names(*names):
    rows = [
        "Identifiant,Nom complet,Note,Note maximale,Dernière modification (note)",
        *(f'Participant {100 + rank},"{name}",,"20,00",-' for rank, name in enumerate(names)),
    ]
    return "\n".join([*rows, ""]).encode()


FRENCH = ["Mélanie Lefèvre", "Noël Benoît", "François Çelik", "Anaïs Müller", "Zoé D'Été"]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        *((code, FRENCH) for code in ("cp437", "cp850", "cp1252", "mac_roman")),
        *((code, ["Zofia Dąbrowska", "Jan Kamiński", "Zoé Léger"]) for code in ("cp1250", "cp852")),
        *(("cp1250", [name]) for name in ("Jaś Ćwik", "Jan Kamiński", "Jiří Dvořák")),
        *(("mac_roman", [name]) for name in ("François Ça", "Noël Föhn", "Îlse Kjær")),
        ("cp1252", ["Noël Benoît", "Noel Benoit"]),
    ],
)
def test_accents_of_a_zip_without_utf8_lose_nobody(code, names, tmp_path):
    """Chacun a sa ligne, et nul n'a celle d'un autre, dans une classe qui a d'autres accents."""
    old_zip(tmp_path / "lot.zip", names, code)
    others = ["Jean Kaminski", "Zoe Leger", "Francis Celik", "Jas Cwik", "Anais Muller"]
    found, remarks = graded_rows(tmp_path / "lot.zip", sheet_of_names(*names, *others))
    assert sorted(found) == sorted(names), remarks


def test_winrar_says_the_name_in_utf8_beside_it(tmp_path):
    name, shown = "Łukasz Wałęsa/01-buckets.ipynb", b"_ukasz Wa__sa/01-buckets.ipynb"
    entry = OldEntry(shown.decode())
    entry.code = "ascii"
    said = struct.pack("<BI", 1, zlib.crc32(shown)) + name.encode()
    entry.extra = struct.pack("<HH", 0x7075, len(said)) + said
    with zipfile.ZipFile(tmp_path / "lot.zip", "w") as archive:
        archive.writestr(entry, NOTEBOOK)
    with open_batch(str(tmp_path / "lot.zip"), ["01"]) as batch:
        assert [copy.name for copy in batch] == ["Łukasz Wałęsa"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_in_two_code_pages_is_for_a_human(tmp_path):
    """Un zip complété par un autre outil : ce sont peut-être deux personnes."""
    with zipfile.ZipFile(tmp_path / "lot.zip", "w") as archive:
        for code, name in (("cp850", "Zoé"), ("cp1252", "Zoé"), ("cp850", "Noël")):
            entry = OldEntry(f"{name}/01-buckets.ipynb")
            entry.code = code
            archive.writestr(entry, NOTEBOOK)
    found, remarks = graded_rows(tmp_path / "lot.zip", sheet_of_names("Zoé", "Noël"))
    assert found == ["Noël"]
    assert any("plusieurs copies" in remark for remark in remarks)


NAMES = ["王小明", "محمد علي", "X. Æ", "Ng", "Суворова Анна", "Мария", "Zoé Roy", "🙂"]


def test_names_without_latin_letters_are_never_those_of_others():
    """« 22201234 » recevait la ligne de 王小明 : ni l'un ni l'autre n'a de lettre de a à z."""
    sheet = Worksheet(sheet_of_names(*NAMES))
    strangers = ["22201234", "李", "Ли", "X", "---", "42", "🙃"]
    everyone = [result_of(name, None, 7) for name in [*NAMES[:-1], *strangers]]
    pairs, remarks = sheet.match(everyone)
    assert [(row.name, one.name) for row, one in pairs] == [(name, name) for name in NAMES[:-1]]
    assert not any("plusieurs" in remark for remark in remarks)


def test_a_name_too_long_to_be_shown_has_its_row():
    name = "Marie-Antoinette " * 6 + "du Pont"
    shown = display_name(name)
    pairs, _ = Worksheet(sheet_of_names(name, "Marie Pont")).match([result_of(shown, None, 7)])
    assert [row.name for row, _ in pairs] == [name]
