"""La ligne de commande, comme on l'appelle : un processus, sa sortie, son code."""

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from helpers.files import ROOT
from kit_minio import cli, doctor
from kit_minio.cli import commands
from kit_minio.grading import batch
from kit_minio.grading.model import Result
from kit_minio.suite.processes import kill_servers, processes_in
from tests.support.commands import SILENT, run
from tests.support.servers import hold, output, posix_only, python


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "data"
    kill_servers(tmp_path)


def test_help_is_french_and_names_every_command(tmp_path):
    done = run("--help", data=tmp_path)
    assert done.returncode == 0
    for name in commands.commands:
        assert name in done.stdout
    for english in ("Usage:", "Options:", "Commands:", "Show this"):
        assert english not in done.stdout
    for name in commands.commands:
        text = CliRunner().invoke(commands, [name, "--help"]).output
        assert "Affiche cette aide." in text
        assert "Usage\u00a0:" in text


def test_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in commands.commands:
        assert f"kit.py {name}" in readme, name


def test_the_command_has_one_name_everywhere():
    for package in ("helpers", "kit_minio"):
        for path in (ROOT / package).rglob("*.py"):
            assert "python kit.py" not in path.read_text(encoding="utf-8"), path.name


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
def test_bad_arguments_get_a_french_sentence_and_a_failure(arguments, text):
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code != 0
    assert text in done.output
    assert isinstance(done.exception, SystemExit)  # et non une erreur, avec sa trace


def test_a_bad_argument_is_one_sentence_for_the_terminal_too(data):
    done = run("lab", "--port", "0", data=data)
    assert done.returncode != 0
    assert "hors de l’intervalle" in done.stderr
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


def test_status_and_down_say_that_another_program_is_starting_the_server(data):
    data.mkdir()
    starting = hold(data / "lock")
    assert "démarre ou arrête le serveur en ce moment" in run("status", data=data).stdout
    down = python("from kit_minio.cli import main; main()", "down", KIT_DATA=str(data))
    announced = "Un autre programme du kit démarre ou arrête le serveur : attente…\n"
    assert down.stdout.readline() == announced
    output(starting)
    assert output(down) == "Aucun serveur du kit ne tournait."
    assert "Aucun serveur S3 ne tourne" in run("status", data=data).stdout


def test_server_that_does_not_answer_has_its_remedy(data):
    done = run("status", data=data, **SILENT)
    assert done.returncode == 1
    assert "Il ne répond pas" in done.stderr
    assert "→ Vérifiez son adresse" in done.stderr


def test_file_that_the_system_refuses_is_a_sentence_with_its_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    done = CliRunner().invoke(cli.commands, ["doctor"])
    assert done.exit_code == 1
    path = tmp_path / "requirements.txt"
    assert f"✗ Le système refuse l'accès à {path} (introuvable).\n→ " in done.output


def test_copy_without_solutions_says_so_and_tests_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr("kit_minio.suite.runner.run", lambda only, everything: 0)
    done = CliRunner().invoke(cli.commands, ["test"])
    assert done.exit_code == 1
    assert done.output.startswith("✗ Le dossier solutions/ est absent")
    assert "doctor" in done.output
    assert done.output.count("\n") == 2


@pytest.mark.parametrize(("answer", "asked"), [("", True), ("non\n", True), ("oui\n", False)])
def test_restart_asks_before_it_forgets(monkeypatch, tmp_path, answer, asked):
    calls = []
    monkeypatch.setattr(
        "kit_minio.grading.batch.grade", lambda *args, **options: calls.append(1) or []
    )
    folder = tmp_path / "sortie" / "resultats"
    folder.mkdir(parents=True)
    (folder / "zoe.json").write_text("{}")
    arguments = ["grade", "copies", "--out", str(folder.parent), "--restart"]

    done = CliRunner().invoke(cli.commands, arguments, input=answer)

    assert "1\u00a0copie" in done.output
    assert "corrections.csv" in done.output
    assert calls == ([] if asked else [1])
    assert done.exit_code == asked

    CliRunner().invoke(cli.commands, [*arguments, "--yes"])
    assert calls[-1:] == [1]


def test_ctrl_c_is_one_french_word(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.servers, "find", interrupted)
    done = CliRunner().invoke(cli.commands, ["status"])
    assert done.exit_code == 1
    assert done.output.strip() == "Interrompu."


_PRESSED = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
os.kill(os.getpid(), signal.SIGINT)
os.execv(sys.executable, [sys.executable, "-m", "kit_minio", "--help"])
"""


@posix_only
def test_ctrl_c_that_kit_py_held_back_is_one_french_word():
    """Tout au début, avant que la commande sache ce qu'on lui demande."""
    command = [sys.executable, "-c", _PRESSED]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "Interrompu.\n")


def test_bad_settings_are_a_sentence(data):
    done = run("up", data=data, KIT_SERVER="marmite")
    assert done.returncode == 1
    assert "« marmite »" in done.stderr
    assert "Traceback" not in done.stderr
    done = run("up", data=data, KIT_SERVER="external")
    assert "MINIO_ENDPOINT est absent" in done.stderr


def test_exercises_check_says_what_would_change(data):
    done = run("exercises", "--check", data=data)
    assert done.returncode == 0, done.stdout
    assert "à jour" in done.stdout


@pytest.mark.parametrize(("failed", "code"), [(0, 0), (1, 1), (3, 1)])
def test_a_class_whose_grading_failed_says_so_by_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, failed: int, code: int
) -> None:
    """Une copie illisible est l'affaire d'une personne ; une correction qui échoue, aussi."""
    results = [
        Result(str(n), "Zoé", None, trouble="À revoir.", failure="tué" if n < failed else "")
        for n in range(3)
    ]
    monkeypatch.setattr(batch, "grade", lambda *_, **__: results)
    assert CliRunner().invoke(commands, ["grade", "copies"]).exit_code == code


@pytest.mark.slow
def test_grading_stops_the_server_that_it_started(data, tmp_path):
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "zoe.ipynb").write_text("{}")
    arguments = ("grade", str(tmp_path / "copies"), "--out", str(tmp_path / "sortie"))
    done = run(*arguments, "--accept-no-isolation", data=data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().count("Serveur S3 arrêté ; vos données sont conservées.") == 1
    assert not processes_in(data)
