"""Les commandes de la classe, comme on les tape."""

from __future__ import annotations

import pytest

from tests.support.commands import run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("class", "open"), "Il manque la liste des étudiants."),
        (("class", "board"), "Aucune classe n'a été ouverte"),
        (("class", "collect"), "Aucune classe n'a été ouverte"),
        (("class", "give-back"), "Aucune classe n'a été ouverte"),
        (("grade", "class"), "Aucune classe n'a été ouverte"),
        (("join",), "Il manque le code de votre carte."),
        (("join", "127.0.0.1:9/7K3M"), "douze signes"),
    ],
)
def test_what_is_missing_is_said_in_french(tmp_path, arguments, says):
    done = run(*arguments, data=tmp_path / "kit")
    assert done.returncode == 1 and says in done.stderr and "Traceback" not in done.stderr


def test_with_nothing_open_closing_and_leaving_say_so(tmp_path):
    assert "Aucune classe n'était ouverte" in run("class", "close", data=tmp_path).stdout
    assert "n'est dans aucune classe" in run("leave", data=tmp_path).stdout
