"""Le temps qui reste : lissé, arrondi, et qui ne compte que ce qui a été exécuté."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kit_minio.grading.pace import Pace, about, shown


class Clock:
    """Une horloge que l'on avance à la main."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_copies_that_end_two_by_two_do_not_make_it_jump():
    clock = Clock()
    pace, total, told = Pace(clock), 100, []
    for executed in range(1, total):
        clock.now += 39.0 if executed % 2 else 1.0
        told.append(pace.left(executed, total - executed))
    assert told[:2] == ["", ""]
    assert told[3] == "reste environ 30 min"
    # Il baisse d'un cran à la fois : chaque texte n'apparaît qu'une fois, sans retour.
    seen = list(dict.fromkeys(told[12:]))
    changes = [text for before, text in pairwise(told[12:]) if text != before]
    assert [told[12], *changes] == seen
    assert told[-1] == "reste moins d'une minute"


def test_copies_taken_again_take_no_time():
    clock = Clock()
    pace = Pace(clock)
    for executed in range(1, 5):
        clock.now += 60
        for _ in range(10):  # dix copies reprises pour une exécutée
            said = pace.left(executed, 10)
    assert said == "reste environ 10 min"
    assert pace.left(5, 0) == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "moins d'une minute"),
        (95, "environ 2 min"),
        (580, "environ 10 min"),
        (601, "environ 10 min"),
        (1500, "environ 25 min"),
        (3600, "environ 1 h"),
        (5000, "environ 1 h 20"),
        (7190, "environ 2 h"),
    ],
)
def test_a_duration_is_said_as_one_says_it(seconds, said):
    assert about(seconds) == said


def test_in_a_file_nothing_is_shown(capfd):
    with shown(3) as show:
        show(1, "reste environ 2 min")
    assert capfd.readouterr() == ("", "")
