"""Un niveau d'isolation dit ce qu'il protège, et une erreur, ce qui le répare."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from types import SimpleNamespace

import pytest

from kit_minio.grading.execute.sandbox.isolation import (
    Isolation,
    is_root,
    level_sentence,
    start_error,
)


def test_a_level_says_what_it_protects() -> None:
    assert "accidents seulement" in Isolation(0, False).sentence
    assert "bubblewrap" in Isolation(1, True).sentence
    tried = "bubblewrap n'est pas installé"
    assert Isolation(2, False, (tried,)).sentence == level_sentence(2, tried)
    assert "conteneur" in level_sentence(2)


def test_level_zero_outside_linux_says_that_it_is_slower() -> None:
    found = Isolation(0, False, ("le niveau 1 demande Linux",), forks=False)
    assert "le niveau 1 demande Linux ; un noyau neuf par copie, plus lent" in found.sentence
    assert "plus lent" not in Isolation(0, False, forks=True).sentence


@pytest.mark.parametrize(
    ("place", "shared"),
    [
        (Isolation(1, nested=True), True),
        (Isolation(1, nested=False), False),
        (Isolation(2, nested=False), False),
        (Isolation(0, nested=False, forks=True), True),
        (Isolation(0, nested=False, forks=False), False),
    ],
)
def test_one_sandbox_serves_all_copies_where_each_double_can_be_apart(
    place: Isolation, shared: bool
) -> None:
    assert place.shared is shared


@pytest.mark.parametrize(
    ("program", "remedy"),
    [("/usr/bin/bwrap", "AppArmor"), ("/usr/bin/podman", "podman info"), ("python3.11", "doctor")],
)
def test_the_remedy_is_that_of_the_program_that_failed(program: str, remedy: str) -> None:
    error = start_error(program, "interdit")
    assert remedy in error.remedy
    assert "interdit" in error.fact


@pytest.mark.skipif(sys.platform == "win32", reason="Windows n'a pas de root")
def test_root_is_root() -> None:
    assert is_root() is (os.geteuid() == 0)


@pytest.mark.parametrize("admin", [0, 1])
def test_a_windows_administrator_is_root(monkeypatch: pytest.MonkeyPatch, admin: int) -> None:
    """La réponse de Windows est imitée : rien ne l'a donnée ici."""
    shell32 = SimpleNamespace(IsUserAnAdmin=lambda: admin)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=shell32), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert is_root() is bool(admin)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM])
def test_a_shortage_is_not_told_as_a_setting_of_the_machine(number: int) -> None:
    error = start_error("un double", str(OSError(number, os.strerror(number))))
    assert "AppArmor" not in error.remedy
    assert "--workers" in error.remedy
