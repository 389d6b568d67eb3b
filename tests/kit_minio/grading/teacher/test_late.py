"""Les retards, d'après les dates que Moodle écrit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.teacher.late import moodle_date, with_penalties
from kit_minio.grading.teacher.scale import Late

LATE = Late(datetime(2026, 11, 20, 23, 59), timedelta(minutes=15), per_day=2, most=5)


def copy() -> Result:
    outcome = Outcome(Verdict.PASSED, "", points=7)
    return Result("zoe", "Zoé", "1", [Mark("01", "create", "Créer", outcome, 7)])


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("vendredi 20 novembre 2026, 23:59", datetime(2026, 11, 20, 23, 59)),
        ("Friday, 20 November 2026, 11:59 PM", datetime(2026, 11, 20, 23, 59)),
        ("Friday, 20 November 2026, 12:05 AM", datetime(2026, 11, 20, 0, 5)),
        ("lundi 1 février 2027, 08:00", datetime(2027, 2, 1, 8, 0)),
        ("mercredi 5 août 2026, 09:30", datetime(2026, 8, 5, 9, 30)),
        ("viernes, 20 de noviembre de 2026, 23:59", datetime(2026, 11, 20, 23, 59)),
        ("Mittwoch, 5. August 2026, 09:30", datetime(2026, 8, 5, 9, 30)),
        ("20/11/2026 23:59", datetime(2026, 11, 20, 23, 59)),
        ("-", None),
        ("", None),
        ("hier soir", None),
        ("31 février 2026, 10:00", None),
        ("5 thermidor 2026, 10:00", None),
    ],
)
def test_dates_of_moodle(text: str, date: datetime | None) -> None:
    assert moodle_date(text) == date


@pytest.mark.parametrize(
    ("submitted", "note"),
    [
        ("20 novembre 2026, 23:58", 20),
        ("21 novembre 2026, 00:14", 20),  # le retard toléré
        ("21 novembre 2026, 00:15", 18),
        ("22 novembre 2026, 00:14", 18),  # un jour, tolérance comprise
        ("22 novembre 2026, 00:15", 16),
        ("30 novembre 2026, 08:00", 15),  # cinq points au plus
        ("-", 20),
    ],
)
def test_a_late_copy_loses_points_by_the_day(submitted: str, note: float) -> None:
    (found,), _ = with_penalties([copy()], LATE, {"zoe": submitted})

    assert found.note == note
    assert bool(found.late) == (note < 20)


def test_what_a_delay_costs_is_said() -> None:
    (found,), remarks = with_penalties([copy()], LATE, {"zoe": "22 novembre 2026, 09:59"})

    assert found.late == "remise 1 jour 10 h après la limite, 4 points de moins sur 20."
    assert remarks == [f"Zoé : {found.late}"]


def test_the_same_delay_is_said_once() -> None:
    eve = Result("eve", "Eve", "2", copy().marks)
    date = "22 novembre 2026, 09:59"
    found, remarks = with_penalties([copy(), eve], LATE, {"zoe": date, "eve": date})

    assert remarks == [f"Zoé, Eve : {found[0].late}"]


def test_a_copy_without_a_date_is_said() -> None:
    _, remarks = with_penalties([copy()], LATE, {})

    assert remarks == ["Sans date de remise, et donc sans retard : Zoé."]
