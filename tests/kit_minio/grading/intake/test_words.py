"""Ce que dit un nom de dossier ou de fichier."""

import pytest

from kit_minio.grading.intake.words import (
    attempt_in,
    is_class,
    is_group,
    is_person,
    is_round,
    is_work,
    person_in,
    work_in,
)

GROUPS = ["TD1", "groupe A", "Licence 2 - matin", "Section 3", "2026-11-20", "GitHub", "L2 INFO G3"]
PEOPLE = ["Alice Martin", "alice.martin", "MARTIN Alice", "a@b.fr", "20261234", "Maël D'Angelo"]
WORKS = ["TP1", "rendu final", "exercises", "01-buckets", "version 2", "Devoir 3"]


@pytest.mark.parametrize("name", GROUPS)
def test_names_of_groups(name):
    assert is_group(name)
    assert not is_person(name)


@pytest.mark.parametrize("name", PEOPLE)
def test_names_of_people(name):
    assert is_person(name)
    assert not is_work(name) or name.isdigit()


@pytest.mark.parametrize("name", WORKS)
def test_names_of_works(name):
    assert is_work(name)
    assert not is_person(name)


@pytest.mark.parametrize("name", ["A", "x", "王小明", "Martin TD1", "zoe", ""])
def test_names_that_are_not_of_groups(name):
    assert not is_group(name)


def test_a_date_is_a_round_and_a_tutorial_group_a_class():
    assert [is_round(name) for name in ("2026-11-20", "TP1", "TD1", "zoe")] == [
        *(True, True, False, False),
    ]
    assert [is_class(name) for name in ("2026-11-20", "TP1", "TD1", "zoe")] == [
        *(False, False, True, False),
    ]


@pytest.mark.parametrize(
    ("stem", "person"),
    [
        ("Alice Martin - 01-buckets", "Alice Martin"),
        ("Copie de Alice Martin - 01-buckets", "Alice Martin"),
        ("Alice Martin - Copie de 01-buckets (1)", "Alice Martin"),
        ("01-buckets_Alice Martin", "Alice Martin"),
        ("TP1 Alice Martin", "Alice Martin"),
        ("MARTIN_Alice_01-buckets", "MARTIN Alice"),
        ("amartin_tp1_v2", "amartin"),
        ("Anne-Marie Dupont-Lévy_rendu final", "Anne-Marie Dupont-Lévy"),
        ("TP1_王小明", "王小明"),
        ("rendu_2026-11-20_bob", "bob"),
        ("alice.martin@univ.fr_tp1", "alice.martin@univ.fr"),
        ("20261236", "20261236"),
        *((stem, "") for stem in ("01-buckets", "01-buckets (1)", "Copie de 01-buckets", "TP1")),
        *((stem, "") for stem in ("10-cycle-de-vie-et-verrous", "18-minio-de-l-interieur")),
        ("TP1_d'Arc Zoé", "d'Arc Zoé"),
    ],
)
def test_the_person_in_a_file_name(stem, person):
    assert person_in(stem) == person


def test_the_work_and_the_attempt_in_a_name():
    assert work_in("Alice - 01-buckets (1)") == work_in("Alice - 01-buckets-2") == {"1", "buckets"}
    assert work_in("Alice - 02-objets") != work_in("Alice - 01-buckets")
    ranks = ["brouillon.ipynb", "rendu.ipynb", "rendu (1).ipynb", "rendu v2.ipynb", "final.ipynb"]
    assert sorted(reversed(ranks), key=attempt_in) == ranks
    dates = ["3-12-2026/a.ipynb", "20-11-2026/a.ipynb", "2026-11-27 10h30/a.ipynb"]
    assert sorted(dates, key=attempt_in) == [dates[1], dates[2], dates[0]]
