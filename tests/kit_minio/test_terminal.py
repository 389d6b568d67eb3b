"""La sortie des commandes : dans un vrai terminal, puis dans un fichier."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from helpers.errors import KIT
from kit_minio.cli import commands
from kit_minio.terminal import say
from tests.support.terminal import in_terminal

SENTENCE = (
    "✗ Le dossier /un/chemin/vraiment/très/long/que/personne/ne/voudrait/couper/en/deux/morceaux "
    "n'est pas là\u00a0: vérifiez-le.\n    → Donnez-en un autre, ou laissez le kit choisir à votre "
    "place celui qui convient."
)
_SAY = [sys.executable, "-c", f"from kit_minio.terminal import say\nsay({SENTENCE!r})"]
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
# Ce que click écrit de lui-même, s'il n'est pas traduit.
ENGLISH = re.compile(
    r"COMMAND\b|INTEGER|RANGE|<=|TEXT|PATH|FILENAME|\.\.\.|Usage:|Options:|\bShow\b"
)

unix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminal d'Unix")


@unix
def test_in_a_terminal_a_sign_has_a_colour_and_no_word_is_cut(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = in_terminal(_SAY)
    assert {"\x1b[31m✗", "\x1b[36m→"} <= set(re.findall(r"\x1b\[[\d;]+m\S", shown))
    lines = _COLOUR.sub("", shown).replace("\r\n", "\n").splitlines()
    words = [word for line in lines for word in line.split(" ") if word]
    assert words == re.split("[ \n]+", SENTENCE)
    assert [line for line in lines if len(line) > 80 and " " in line.strip()] == []
    assert all(line.startswith("  ") for line in lines[1:])


@unix
def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in in_terminal(_SAY)


@unix
def test_help_has_colours_in_a_terminal_only(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    command = [sys.executable, "-m", "kit_minio", "--help"]
    shown = in_terminal(command)
    assert "\x1b[36mlab" in shown
    plain = CliRunner().invoke(commands, ["--help"], prog_name=KIT).output
    assert "\x1b" not in plain
    assert _COLOUR.sub("", shown).split() == plain.split()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in in_terminal(command)


def test_in_a_file_the_text_is_as_it_is(capsys):
    done = subprocess.run(
        _SAY, capture_output=True, encoding="utf-8", check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.stdout == f"{SENTENCE}\n"
    say("dit à part", err=True)
    assert capsys.readouterr() == ("", "dit à part\n")


def pages(group=commands, names=()):
    """Donne les mots qui mènent à chaque page d'aide."""
    yield list(names)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from pages(command, [*names, name])
        else:
            yield [*names, name]


@pytest.mark.parametrize("names", list(pages()), ids=" ".join)
def test_no_help_page_speaks_english(names):
    done = CliRunner().invoke(commands, [*names, "--help"])
    assert done.exit_code == 0
    assert ENGLISH.findall(done.output) == []
    assert "Affiche cette aide." in done.output


def test_commands_are_in_three_parts():
    text = CliRunner().invoke(commands, ["--help"]).output
    parts = re.split(r"^(\w+)\u00a0:\n", text, flags=re.M)
    found = {
        title: re.findall(r"^  (\S+) ", rows, re.M)
        for title, rows in zip(parts[1::2], parts[2::2], strict=True)
    }
    assert {"lab", "reset", "join"} <= set(found["Étudiant"])
    assert {"grade", "class"} <= set(found["Enseignant"])
    assert {"test", "check", "exercises"} <= set(found["Auteur"])
