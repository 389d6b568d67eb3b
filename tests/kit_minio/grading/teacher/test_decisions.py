"""Le barème, les corrections et les retards, dans cet ordre, sur les résultats d'un lot."""

from __future__ import annotations

from pathlib import Path

from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.worksheet import Worksheet
from kit_minio.grading.teacher.corrections import FILE
from kit_minio.grading.teacher.decisions import Decisions

SHEET = """Identifiant,Nom complet,Statut,Note,Note maximale,La note peut être modifiée,\
Dernière modification (travail remis),Dernière modification (note),Feedback par commentaires
Participant 12,Zoé Petit,Remis,,"10,00",Oui,"dimanche 22 novembre 2026, 10:00",-,
"""


def graded() -> list[Result]:
    outcome = Outcome(Verdict.REVIEW, "Non.", points=1)
    mark = Mark("01", "clean_up", "Nettoyer", outcome, 2)
    return [Result("petit-zoe", "Zoé Petit", "12", [mark])]


def decided(out: Path, *, scale: str = "", lines: str = "") -> tuple[Result, dict[str, list[str]]]:
    (out / FILE).write_text(f"Copie;Exercice;Points;Commentaire\n{lines}", encoding="utf-8")
    (out / "b.toml").write_text(scale, encoding="utf-8")
    decisions = Decisions.read(out, out / "b.toml")
    (found,), notes = decisions.apply(graded(), ["01"], Worksheet(SHEET.encode()))
    return found, {title: [*said] for title, said in notes.items()}


def test_points_by_hand_are_those_of_the_scale(tmp_path: Path) -> None:
    found, notes = decided(tmp_path, scale='[points]\n"01.2" = 8', lines="12;01.2;6;")

    assert (found.points, found.out_of) == (6, 8)
    assert notes["Corrections à la main"] == ["Copies corrigées à la main : Zoé Petit."]


def test_the_note_is_out_of_the_maximum_of_moodle(tmp_path: Path) -> None:
    assert decided(tmp_path)[0].note == 5
    assert decided(tmp_path, scale="sur = 20")[0].note == 10


def test_a_delay_comes_last(tmp_path: Path) -> None:
    late = "[retard]\nlimite = 2026-11-20T23:59:00\npar_jour = 1"
    found, notes = decided(tmp_path, scale=late, lines="12;01.2;2;")

    assert found.note == 8
    assert notes["Retards"] == [
        "Zoé Petit : remise 1 jour 10 h après la limite, 2 points de moins sur 10."
    ]


def test_a_locked_row_still_has_a_date(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text("[retard]\nlimite = 2026-11-20T23:59:00\npar_jour = 1")
    decisions = Decisions.read(tmp_path, tmp_path / "b.toml")
    locked = Worksheet(SHEET.replace(",Oui,", ",Non,").encode())

    found, _ = decisions.apply(graded(), ["01"], locked)

    assert found[0].penalty == 2


def test_a_delay_needs_the_worksheet(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text("[retard]\nlimite = 2026-11-20T23:59:00\npar_jour = 1")
    decisions = Decisions.read(tmp_path, tmp_path / "b.toml")

    found, notes = decisions.apply(graded(), ["01"], None)

    assert found[0].note == 10
    assert notes["Retards"] == ["bareme.toml compte les retards, mais --worksheet n'est pas donné."]
