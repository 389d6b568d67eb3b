"""La commande de bubblewrap : ce qui est à voir y est vu, en lecture seule, et rien d'autre."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kit_minio.grading.execute.sandbox.bubblewrap import bubblewrap_command
from kit_minio.grading.execute.sandbox.isolation import is_root
from kit_minio.grading.execute.sandbox.view import KIT, new_view

pytestmark = pytest.mark.needs("bubblewrap")


def _run(folder: Path, script: str) -> list[str]:
    command = bubblewrap_command(new_view(folder, "localhost"), nested=is_root())
    done = subprocess.run(
        [*command, "/bin/sh", "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_what_is_shown_is_seen_and_nothing_else(tmp_path: Path) -> None:
    view = new_view(tmp_path, "localhost")
    targets = " ".join(mount.target for mount in view.mounts)
    _run(tmp_path, f"for place in {targets}; do test -e $place || exit 1; done")
    assert _run(tmp_path, f"ls {KIT}") == ["helpers", "kit_minio"]
    assert not {"home", "root", "var", "work"}.intersection(_run(tmp_path, "ls /")) - {
        Path(parent).parts[1] for parent in view.parents()
    }


def test_nothing_shown_can_be_written(tmp_path: Path) -> None:
    writing = f"for place in / /etc {KIT} {KIT}/helpers; do touch $place/trace && echo $place; done"
    assert _run(tmp_path, f"{writing}; true") == []


def test_the_environment_is_that_of_the_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARI", "secret")
    view = new_view(tmp_path, "localhost")
    seen = {line.partition("=")[0] for line in _run(tmp_path, "env")}
    assert seen - {"PWD", "_", "SHLVL", "OLDPWD"} == set(view.environment)
