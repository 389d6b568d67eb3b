"""L'issue d'une vérification : ce qu'elle vaut par défaut, et ce qu'on en écrit en JSON."""

import json
from dataclasses import FrozenInstanceError, asdict

import pytest

from kit_minio.checks.outcome import Outcome, Verdict


def test_an_outcome_is_written_and_read_as_json():
    outcome = Outcome(Verdict.REVIEW, "Presque.", "1", "2", 0.5)
    read = json.loads(json.dumps(asdict(outcome)))
    assert read["verdict"] == "à revoir"
    assert Outcome(**read | {"verdict": Verdict(read["verdict"])}) == outcome


def test_an_outcome_is_worth_nothing_unless_said_and_does_not_change():
    outcome = Outcome(Verdict.TODO, "Complétez la cellule.")
    assert outcome.points == 0
    with pytest.raises(FrozenInstanceError):
        outcome.points = 3
