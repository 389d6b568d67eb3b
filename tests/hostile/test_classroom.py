"""Une classe de trente, dont dix attaquent : chaque note honnête est juste, rien ne reste."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from minio import Minio

from helpers import server as servers
from helpers.files import ROOT
from helpers.topics.iam import call_iam
from tests.support.copies import notebook_of
from tests.support.grading import level_one
from tests.support.hostile_class import scenarios

pytestmark = [*level_one, pytest.mark.slow]
ATTACKERS = (*("10", "16", "20", "21", "24", "53", "54", "57", "59", "60"),)
HONEST = 20
FILES = 1024  # descripteurs d'un ordinateur portable ordinaire, sans moyen d'en avoir plus
GRADE = """
import re, sys
from pathlib import Path
from kit_minio.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print("au plus", int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024, "Mio")
"""


def _hand_in(folder: Path, notebook: object) -> None:
    folder.mkdir(parents=True)
    (folder / "01-buckets.ipynb").write_text(nbformat.writes(notebook))


def _graded(place: Path) -> tuple[str, list[Any]]:
    """Corrige, par la vraie commande, huit copies à la fois ; renvoie ce qu'elle dit et obtient."""
    done = subprocess.run(
        [sys.executable, "-c", GRADE, "grade", "copies", "--out", "sortie", "--workers", "8"],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(place / "tmp")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES)),
        capture_output=True,
        text=True,
        timeout=590,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    stored = (place / "sortie" / "resultats").glob("*.json")
    return said, [json.loads(path.read_bytes())["result"] for path in stored]


def _keys() -> set[str]:
    lines = Path("/proc/keys").read_text().splitlines()
    return {line.split(None, 8)[-1] for line in lines if " user " in line}


def test_ten_attackers_spoil_nothing(client: Minio) -> None:
    chosen = {name: module for name, module in scenarios(1).items() if name.startswith(ATTACKERS)}
    assert len(chosen) == len(ATTACKERS)
    keys = _keys()
    with tempfile.TemporaryDirectory(prefix="kit-classe-") as name:
        place, temporary = Path(name), Path(name) / "tmp"
        temporary.mkdir()
        for number in range(HONEST):
            wrong = {"names": "1 / 0"} if number % 4 == 3 else {}
            _hand_in(place / "copies" / f"honnête {number:02}", notebook_of("01", wrong))
        for attacker, module in chosen.items():
            cells = {
                key: code.replace("NAP", f"97531.{os.getpid()}")
                for key, code in module.CELLS.items()
            }
            _hand_in(place / "copies" / f"attaque {attacker[:2]}", notebook_of("01", cells))
        said, results = _graded(place)
        assert len(results) == HONEST + len(ATTACKERS)
        for result in results:
            points = {mark["exercise"]: mark["outcome"]["points"] for mark in result["marks"]}
            kind, number = result["name"].split()
            if kind == "attaque":
                attack = next(module for name, module in chosen.items() if name[:2] == number)
                assert {name: points[name] for name in attack.POINTS} == attack.POINTS, result
            else:
                right = {"create": 1, "clean_up": 2, "names": 0 if int(number) % 4 == 3 else 2}
                assert points == right | {"ensure": 2}, result
            assert result["trouble"] is None
        (most,) = re.findall(r"au plus (\d+) Mio", said)
        print(f"mémoire du correcteur : {most} Mio")
        assert int(most) < 150
        assert list(temporary.iterdir()) == []
    assert _keys() == keys
    left = [each.name for each in client.list_buckets() if re.match(r"k[0-9a-f]{14}-", each.name)]
    assert left == []
    server = servers.ensure()
    if server.way == "embedded":
        users = call_iam(server, Action="ListUsers")
        assert not re.search(r"<UserName>k[0-9a-f]{14}</UserName>", users)


def test_eight_greedy_copies_starve_nobody(client: Minio, tmp_path: Path) -> None:
    """Chacune ouvre, et garde, toutes les connexions et tous les fichiers qu'elle peut."""
    (greedy,) = (module for name, module in scenarios(1).items() if name.startswith("59"))
    (tmp_path / "tmp").mkdir()
    for number in range(8):
        _hand_in(tmp_path / "copies" / f"avide {number}", notebook_of("01", greedy.CELLS))
    for number in range(4):
        _hand_in(tmp_path / "copies" / f"honnête {number}", notebook_of("01", {}))
    said, results = _graded(tmp_path)
    assert len(results) == 12
    for result in results:
        assert result["trouble"] is None, said
        assert sum(mark["outcome"]["points"] for mark in result["marks"]) == 7, result
    assert "AppArmor" not in said
    assert "Second essai" not in said
