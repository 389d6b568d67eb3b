"""Les nombres, tailles, dates, durées et noms comptés, en français."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from helpers.french import count_of, duration, in_words, moment, number, points_of, size


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (0, "0 o"),
        (1023, "1023 o"),
        (1024, "1,0 Kio"),
        (95_641, "93,4 Kio"),
        (1024**2 - 1, "1,0 Mio"),
        (5 * 1024**2, "5,0 Mio"),
        (3 * 1024**3, "3,0 Gio"),
        (5000 * 1024**4, "5000,0 Tio"),
        (None, "–"),
    ],
)
def test_sizes(octets, text):
    assert size(octets) == text


@pytest.mark.parametrize(
    ("value", "text"), [(5.5, "5,5"), (2, "2"), (0.125, "0,13"), (1000, "1000")]
)
def test_numbers_have_a_comma_and_two_decimals_at_most(value, text):
    assert number(value) == text


def test_moment_is_in_local_time():
    date = datetime(2026, 11, 20, 13, 35, tzinfo=UTC)
    assert moment(date) == f"{date.astimezone():%d/%m/%Y %H:%M}"
    assert moment(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.42, "0,4 s"), (11.2, "12 s"), (125, "2 min 05 s"), (3600, "60 min 00 s")],
)
def test_durations(seconds, text):
    assert duration(seconds).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (5400, "1 h 30 min"), (86400, "1 jour"), (180_000, "2 jours 2 h")],
)
def test_durations_in_two_units_at_most(seconds, text):
    assert in_words(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 point"), (1.5, "1,5 point"), (2, "2 points"), (5.5, "5,5 points")]
)
def test_points_agree(value, text):
    assert points_of(value) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 copie"), (1, "1 copie"), (30, "30 copies")])
def test_counted_nouns_agree(count, text):
    assert count_of(count, "copie", "copies").replace("\N{NO-BREAK SPACE}", " ") == text
