"""Les niveaux d'isolation : reconnus en les essayant, jamais choisis plus bas que permis."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kit_minio.grading.execute.sandbox import levels
from kit_minio.grading.execute.sandbox.isolation import IsolationError
from kit_minio.grading.execute.sandbox.levels import find_isolation


@pytest.mark.needs("bubblewrap")
def test_level_one_is_found_and_said() -> None:
    found = find_isolation()
    assert found.level == 1
    assert "niveau 1" in found.sentence


@pytest.mark.slow
@pytest.mark.needs("podman")
def test_level_two_is_found_where_bubblewrap_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    find = levels.shutil.which
    monkeypatch.setattr(
        levels.shutil, "which", lambda name: find(name) if name != "bwrap" else None
    )
    found = find_isolation()
    assert (found.level, found.tried) == (2, ("bubblewrap n'est pas installé",))


def test_minimum_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(IsolationError) as caught:
        find_isolation(minimum=1, accept_no_isolation=True)
    assert "bubblewrap n'est pas installé" in caught.value.fact
    assert "podman n'est pas installé" in caught.value.fact


def test_a_sandbox_that_does_not_start_is_not_a_level(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Être sur le PATH ne suffit pas."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap : interdit ici' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationError, match="interdit ici"):
        find_isolation()


def test_level_zero_must_be_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(levels, "is_root", lambda: False)
    with pytest.raises(IsolationError, match="n'a pas été accepté"):
        find_isolation(minimum=0)
    found = find_isolation(minimum=0, accept_no_isolation=True)
    assert found.level == 0
    assert "bubblewrap n'est pas installé" in found.sentence


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_outside_linux_only_level_zero_is_there(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(levels, "is_root", lambda: False)
    found = find_isolation(minimum=0, accept_no_isolation=True)
    tried = ("le niveau 1 demande Linux", "le niveau 2 demande Linux")
    assert (found.level, found.tried) == (0, tried)
    with pytest.raises(IsolationError, match="n'a pas été accepté"):
        find_isolation(minimum=0)
    with pytest.raises(IsolationError, match="le niveau 1 demande Linux"):
        find_isolation(minimum=1, accept_no_isolation=True)


@pytest.mark.parametrize(("system", "who"), [("linux", "root"), ("win32", "administrateur")])
def test_level_zero_is_never_root(monkeypatch: pytest.MonkeyPatch, system: str, who: str) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(levels, "is_root", lambda: True)
    with pytest.raises(IsolationError, match=f"jamais en tant qu(e |'){who}"):
        find_isolation(minimum=0, accept_no_isolation=True)


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap n'existe que sous Linux")
@pytest.mark.parametrize(("installed", "remedy"), [(True, "AppArmor"), (False, "sudo apt install")])
def test_a_refused_bubblewrap_is_not_to_install_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: bool, remedy: str
) -> None:
    if installed:
        program = tmp_path / "bwrap"
        program.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationError) as caught:
        find_isolation(only=1)
    assert remedy in caught.value.remedy
