"""La ligne de commande, comme on l'appelle : un processus, sa sortie, son code."""

import os
import re
import subprocess
import sys

import pytest

from helpers.cli import commands
from helpers.server import ROOT


def run(*arguments, data, answer="", cwd=None, **variables):
    return subprocess.run(
        [sys.executable, "-m", "helpers", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=answer,
        cwd=cwd,
        timeout=120,
        env=os.environ | {"KIT_DATA": str(data), "KIT_SERVER": "embedded"} | variables,
    )


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "data"
    run("down", data=tmp_path / "data")


def test_help_is_french_and_names_every_command(tmp_path):
    done = run("--help", data=tmp_path)
    assert done.returncode == 0
    for name in commands.commands:
        assert name in done.stdout
    for english in ("Usage:", "Options:", "Commands:", "Show this", "..."):
        assert english not in done.stdout.replace("[ARGS]...", "")
    for name in commands.commands:
        text = run(name, "--help", data=tmp_path).stdout
        assert "Affiche cette aide." in text
        assert "Usage\u00a0:" in text


def test_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in commands.commands:
        assert f"kit.py {name}" in readme, name


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["zut"], "La commande 'zut' n’existe pas"),
        (["up", "--zut"], "L’option '--zut' n’existe pas"),
        (["lab", "--port", "abc"], "'abc' n’est pas un nombre"),
        (["lab", "--port", "0"], "hors de l’intervalle"),
        (["status", "trop"], "Argument inattendu"),
        (["test", "--only", "zut"], "L'étape « zut » n'existe pas"),
        (["run-notebooks", "absent.ipynb"], "n'existe pas"),
    ],
)
def test_bad_arguments_get_a_french_sentence_and_a_failure(arguments, text, data):
    done = run(*arguments, data=data)
    assert done.returncode != 0
    assert text in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_up_status_down_and_the_password_is_never_printed(data):
    assert "Aucun serveur" in run("status", data=data).stdout
    up = run("up", data=data)
    assert up.returncode == 0, up.stderr
    assert "SeaweedFS embarqué, sur 127.0.0.1:" in up.stdout
    assert "Il répond." in run("status", data=data).stdout
    assert "déjà démarré par le kit" in run("up", data=data).stdout
    down = run("down", data=data)
    assert "Serveur S3 arrêté" in down.stdout
    again = run("down", data=data)
    assert again.returncode == 0
    assert "Aucun serveur du kit ne tournait" in again.stdout
    secret = re.search(r"MINIO_ROOT_PASSWORD=(.+)", (data / ".env").read_text())[1]
    for done in (up, down, again):
        assert secret not in done.stdout + done.stderr


def test_bad_settings_are_a_sentence(data):
    done = run("up", data=data, KIT_SERVER="marmite")
    assert done.returncode == 1
    assert "« marmite »" in done.stderr
    assert "Traceback" not in done.stderr
    done = run("up", data=data, KIT_SERVER="external")
    assert "MINIO_ENDPOINT est absent" in done.stderr


def test_reset_asks_and_touches_only_what_the_kit_made(data):
    make = (
        "import io; from helpers import connect, fresh_space; c = connect(quiet=True);"
        "s = fresh_space(c, 'lecon-01'); c.make_bucket(bucket_name=s + '-photos');"
        "c.make_bucket(bucket_name='a-moi')"
    )
    names = (
        "from helpers import connect;"
        "print(*sorted(b.name for b in connect(quiet=True).list_buckets()))"
    )
    environment = os.environ | {"KIT_DATA": str(data), "KIT_SERVER": "embedded"}

    def python(code):
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True
        ).stdout.strip()

    python(make)
    refused = run("reset", data=data, answer="non\n")
    assert "l'espace lecon-01" in refused.stdout
    assert "Abandonné" in refused.stdout
    assert python(names) == "a-moi lecon-01 lecon-01-photos"
    assert "Supprimé." in run("reset", data=data, answer="oui\n").stdout
    assert python(names) == "a-moi"
    assert "rien à supprimer" in run("reset", data=data).stdout
    assert "le dossier" in run("reset", "--everything", data=data, answer="oui\n").stdout
    assert not (data / "embedded").exists()
    assert python(names) == ""


def test_doctor_examines_everything_with_remedies(data):
    done = run("doctor", data=data)
    for word in ("Python", "Paquets", "serveur", "port", "Disque", "Docker", "Isolement"):
        assert word in done.stdout, word
    assert all(line[0] in "✓✗! " for line in done.stdout.splitlines())
    assert done.returncode == 0, done.stdout


def test_doctor_fails_on_a_server_that_does_not_answer(data):
    done = run(
        "doctor",
        data=data,
        KIT_SERVER="external",
        MINIO_ENDPOINT="127.0.0.1:9",
        MINIO_ACCESS_KEY="clef",
        MINIO_SECRET_KEY="secret-secret",
    )
    assert done.returncode == 1
    assert "✗" in done.stdout
    assert "→" in done.stdout


def test_exercises_check_says_what_would_change(data):
    done = run("exercises", "--check", data=data)
    assert done.returncode == 0, done.stdout
    assert "à jour" in done.stdout
