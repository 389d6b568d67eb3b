"""Le barème de l'enseignant : lu, refusé, appliqué, gardé."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from helpers.errors import ContentError, SettingsError
from helpers.files import ROOT
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.teacher.scale import FILE, Late, Scale, keep_scale, read_scale, scale_for


def one(points: float = 1) -> Result:
    outcome = Outcome(Verdict.REVIEW, "", points=points)
    return Result("zoe", "Zoé", None, [Mark("01", "clean_up", "Nettoyer", outcome, 2)])


def test_the_example_of_docs_is_read() -> None:
    scale = read_scale((ROOT / "docs" / FILE).read_bytes())

    assert scale.out_of == 20
    assert scale.points == {"01.2": 4, "01.names": 1}
    assert scale.late == Late(datetime(2026, 11, 20, 23, 59), timedelta(minutes=15), 1, 5)


def test_points_follow_the_scale() -> None:
    (scaled,) = read_scale(b'sur = 10\n[points]\n"01.2" = 5\n').apply([one()], ["01"])

    assert (scaled.points, scaled.out_of, scaled.note) == (2.5, 5, 5)


def test_nothing_changes_without_a_scale(tmp_path: Path) -> None:
    assert scale_for(None, tmp_path).apply([one()], ["01"]) == [one()]


def test_a_given_scale_is_kept_with_the_results(tmp_path: Path) -> None:
    given = tmp_path / "mon barème.toml"
    given.write_text("sur = 10\n", encoding="utf-8")

    keep_scale(given, tmp_path)

    assert scale_for(None, tmp_path) == Scale(out_of=10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sur = 'vingt'", "« sur » doit être un nombre"),
        ("sur = 0", "« sur » doit être plus grand que 0"),
        ("sur = true", "« sur » doit être un nombre"),
        ("sur = inf", "« sur » doit être plus grand que 0"),
        ("note = 20", "« note » n'est pas parmi sur, points, retard"),
        ("points = 3", "« points » est une partie : écrivez \\[points\\]"),
        ('[points]\n"01.2" = -1', "« 01.2 » doit être plus grand que 0"),
        ("[points]\n01.2 = 4", "« 01.2 » s'écrit entre guillemets"),
        ("[retard]\nlimite = 2026-11-20T23:59:00", "« par_jour » manque"),
        ("[retard]\npar_jour = 1", "« limite » doit être une date"),
        ("[retard]\nlimite = 2026-11-20\npar_jour = 1", "« limite » doit être une date"),
        ("sur = 20,5", "ce n'est pas du TOML"),
        ("a = " + "[" * 5000, "ce n'est pas du TOML"),
        ("#" * 200_000, "il est trop long"),
    ],
)
def test_what_is_no_scale_is_named(text: str, told: str) -> None:
    with pytest.raises(ContentError, match=told):
        read_scale(text.encode())


def test_an_unknown_exercise_is_named() -> None:
    with pytest.raises(ContentError, match=r"aucun exercice « 01\.7 » dans la leçon 01"):
        read_scale(b'[points]\n"01.7" = 5\n').exercises(["01"])


def test_a_missing_scale_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ne se lit pas"):
        scale_for(tmp_path / "absent.toml", tmp_path)
