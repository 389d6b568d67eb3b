"""Ce que la correction dit à l'écran, et garde dans ``journal.txt``."""

import re

import pytest

from kit_minio.grading.report.journal import journal_in, note, tell, tell_results
from tests.support.results import TASKS, classmates, mark, result


def read(out):
    return (out / "journal.txt").read_text("utf-8")


def test_what_is_told_is_also_kept(tmp_path, capsys):
    with journal_in(tmp_path):
        tell("30 copies.")
    tell("Après la correction.")
    assert capsys.readouterr().out == "30 copies.\nAprès la correction.\n"
    assert read(tmp_path).endswith(" 30 copies.\n")


def test_a_later_grading_adds_to_the_journal_and_a_stop_is_written(tmp_path):
    with journal_in(tmp_path):
        tell("Première.")
    with pytest.raises(ZeroDivisionError), journal_in(tmp_path):
        raise ZeroDivisionError
    first, second = read(tmp_path).splitlines()
    assert first.endswith("Première.")
    assert second.endswith("Arrêt : ZeroDivisionError")


def test_a_copy_is_noted_with_all_that_a_person_may_look_for(tmp_path, capsys):
    one = result(remarks=["Une remarque."], trouble="Illisible.", seconds=1.26)
    one.failure = "Traceback \udc80"
    with journal_in(tmp_path):
        note(one)
    assert capsys.readouterr().out == ""
    head, *more = read(tmp_path).splitlines()
    assert head.endswith("copie-12 : 7 / 7, 1,3 s, isolation 1")
    assert more == ["    Illisible.", "    Une remarque.", "    Traceback \\udc80"]


def test_what_a_copy_says_cannot_drive_a_terminal_nor_forge_a_line(tmp_path, capsys):
    """Une séquence d'échappement, un retour chariot, un texte qui se lit à l'envers."""
    evil = "\x1b]0;titre\x07\x1b[2J\rNotes\x9b31m\u202e20/20\n01/01/2026 00:00:00 copie-13 : 7 / 7"
    one = result(remarks=[evil], trouble=evil)
    with journal_in(tmp_path):
        note(one)
        tell(f"  Zoé : {evil}")
    for text in (read(tmp_path), capsys.readouterr().out):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert "[U+001B]" in text
    starts = [line for line in read(tmp_path).splitlines() if line.startswith("01/01/2026")]
    assert len(starts) == 1  # celle de tell() : un nom et un constat n'ont, eux, qu'une ligne


def test_the_spread_the_copies_to_see_and_the_remarks_are_told(capsys):
    troubled = result("Louis Petit", 9, [], trouble="« tp.ipynb » n'est pas lu.")
    notes = {"Fichiers laissés de côté": ["« a.txt »."], "Rien": []}
    tell_results([*classmates(4), troubled], notes)
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Notes sur 20 : médiane 18,57, moyenne 18,57, de 17,14 à 20." in said
    assert "À revoir par un humain : 1 copie.\n  Louis Petit : « tp.ipynb » n'est pas lu." in said
    assert "Fichiers laissés de côté :\n  « a.txt »." in said
    assert "Rien" not in said


def test_without_any_note_no_spread_is_told(capsys):
    tell_results([result(marks=[mark(TASKS[0])], trouble="À voir.")], {})
    assert "médiane" not in capsys.readouterr().out
