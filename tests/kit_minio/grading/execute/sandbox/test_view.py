"""Ce qu'une copie voit : une liste blanche, où rien n'entre sans y être écrit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.files import ROOT
from kit_minio.grading.execute.sandbox import view as module
from kit_minio.grading.execute.sandbox.isolation import IsolationError
from kit_minio.grading.execute.sandbox.view import KIT, new_view
from kit_minio.suite.processes import kill_servers
from tests.support.unprivileged import as_user, user_folder

INSIDE = Path("kit_minio/grading/execute/sandbox/inside")
ANSWERING = Path("kit_minio/answering")


def test_of_the_kit_only_helpers_and_the_kernel_are_shown(tmp_path: Path) -> None:
    mounts = new_view(tmp_path, "localhost").mounts
    shown = {mount.target for mount in mounts if mount.target.startswith(KIT)}
    inside = {
        path
        for place in (INSIDE, ANSWERING)
        for path in (ROOT / place).glob("*.py")
        if path.name != "__init__.py"
    }
    helpers = {path for path in (ROOT / "helpers").iterdir() if "__pycache__" not in path.name}
    expected = {f"{KIT}/{path.relative_to(ROOT)}" for path in inside | helpers}
    assert shown - {f"{KIT}/helpers/__pycache__"} == expected


def test_the_server_has_its_name_and_the_copy_its_identity(tmp_path: Path) -> None:
    view = new_view(tmp_path, "minio.lycee.fr")
    texts = {mount.target: mount.source for mount in view.mounts}
    assert texts["/etc/hosts"].read_text() == "127.0.0.1 localhost minio.lycee.fr\n"
    assert f":{view.uid}:{view.uid}:" in texts["/etc/passwd"].read_text()


def test_folders_come_before_what_they_contain(tmp_path: Path) -> None:
    parents = new_view(tmp_path, "localhost").parents()
    assert {"/etc", "/opt", KIT, f"{KIT}/{INSIDE.parent}"} <= set(parents)
    seen = {"/"}
    for folder in parents:
        assert str(Path(folder).parent) in seen
        seen.add(folder)


def test_a_kit_inside_a_shown_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Par exemple dans /usr/local : toute copie y lirait les solutions."""
    monkeypatch.setattr(module, "ROOT", Path("/usr/local/src/kit"))
    with pytest.raises(IsolationError, match="dans /usr, que toute copie voit"):
        new_view(tmp_path, "localhost")


# --- Un fichier de plus, que personne n'a pensé à cacher ----------------------------------------


@pytest.fixture(scope="module")
def another_kit() -> Iterator[Path]:
    """Une copie du kit, avec un indice à chaque endroit où l'on peut en oublier un."""
    with user_folder() as folder:
        kit = folder / "kit"
        skip = shutil.ignore_patterns("__pycache__")
        for name in ("helpers", "kit_minio", "tests/support", "exercises", "solutions"):
            shutil.copytree(ROOT / name, kit / name, ignore=skip)
        kept = ("kit_minio", "kit_minio/checks", "kit_minio/grading", "tests", INSIDE, ANSWERING)
        for place in ("", *kept):
            (kit / place / "indice.py").write_text("ANSWER = 42\n")
        # Ce que laisse une version d'avant, où les vérifications étaient là.
        stale = kit / "helpers" / "lessons" / "__pycache__"
        stale.mkdir(parents=True)
        (stale / "indice.cpython-311.pyc").write_bytes(b"ANSWER = 42")
        yield kit
        kill_servers(folder)


def _grade_one(kit: Path, *levels: str, user: list[str]) -> str:
    """Corrige une copie depuis ce kit ; renvoie ce qu'elle a vu."""
    data = kit.parent / "data"
    done = subprocess.run(
        [*user, sys.executable, "-m", "tests.support.grade_one", *levels],
        env={**os.environ, "KIT_DATA": str(data), "HOME": str(data), "PYTHONPATH": str(kit)},
        cwd=kit, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.needs("bubblewrap")
def test_a_new_file_is_invisible_at_level_one(another_kit: Path) -> None:
    """Sous un compte ordinaire, avec un bac à sable pour toutes les copies, puis un par copie."""
    said = _grade_one(another_kit, "1", "1-un-par-copie", user=as_user())
    assert re.sub(r"\. Ligne \d+ : `.*?`\.", "", said).splitlines() == [
        "1 isolé, noyau seul, 7 sur 7",
        "1-un-par-copie isolé, noyau seul, 7 sur 7",
    ]


@pytest.mark.slow
@pytest.mark.needs("podman")
def test_a_new_file_is_invisible_at_level_two(another_kit: Path) -> None:
    said = _grade_one(another_kit, "2", user=[])
    assert re.sub(r"\. Ligne \d+ : `.*?`\.", "", said) == "2 isolé, noyau seul, 7 sur 7\n"
