"""Les titres des colonnes de Moodle, langue par langue."""

from datetime import datetime

import pytest

from kit_minio.grading.report.columns import PARTICIPANT, columns_of
from kit_minio.grading.report.worksheet import Worksheet
from tests.support.moodle import result_of

SPANISH = (
    "Identificador,Nombre completo,Calificación,Calificación máxima,"
    "La calificación puede ser cambiada,Última modificación (calificación),"
    "Comentarios de retroalimentación\n"
    'Participante 12,Zoé,,"20,00",Sí,-,\nParticipante 13,Eve,,"20,00",No,-,\n'
)
GERMAN = (
    "ID;Vollständiger Name;Bewertung;Bestwertung;Bewertung kann geändert werden;"
    "Zuletzt geändert (Bewertung);Feedback als Kommentar\n"
    "Teilnehmer/in12;Zoé;;20,00;Ja;-;\nTeilnehmer/in13;Eve;;20,00;Nein;-;\n;;;;;;\n"
)


@pytest.mark.parametrize("text", [SPANISH, GERMAN])
def test_a_sheet_in_another_language_is_filled_in_it(text):
    sheet = Worksheet(text.encode())
    pairs, remarks = sheet.match([result_of("Zoé", 12), result_of("Eve", 13)])
    after = sheet.fill(pairs, datetime(2026, 11, 21, 9, 30), lambda result: "Bien")
    assert remarks == ["Eve (13) : la note est verrouillée dans Moodle ; la ligne est inchangée."]
    zoe = after.decode().splitlines()[1]
    assert "15,00" in zoe and "2026-11-21 09:30" in zoe
    assert after.decode().splitlines()[2:] == text.splitlines()[2:]


def test_titles_are_known_whatever_their_case_and_others_are_left():
    assert columns_of(["Identifiant", " NOTE ", "Ma colonne"]) == {"id": 0, "grade": 1}


@pytest.mark.parametrize("text", ["Participant12", "Participante 12", " Teilnehmer/in12"])
def test_an_identifier_has_a_word_and_a_number(text):
    found = PARTICIPANT.fullmatch(text)
    assert found and found[1] == "12"
    assert not PARTICIPANT.fullmatch("12")
