"""Une classe de trente, dont dix attaquent : chaque note honnête est juste, rien ne reste."""

from __future__ import annotations

import os
import re
import resource
import tempfile
from pathlib import Path
from typing import Any

import pytest
from minio import Minio

from helpers import server as servers
from helpers.topics.iam import call_iam
from tests.support.grading import graded, hand_in, level_one, peak_in
from tests.support.hostile_class import scenarios

pytestmark = [*level_one, pytest.mark.slow]
ATTACKERS = (*("10", "16", "20", "21", "24", "53", "54", "57", "59", "60"),)
HONEST = 20
FILES = 1024  # descripteurs d'un ordinateur portable ordinaire, sans moyen d'en avoir plus


def _graded(place: Path) -> tuple[str, list[Any]]:
    """Corrige, huit copies à la fois, avec les descripteurs d'un ordinateur ordinaire."""
    return graded(
        place,
        *("--workers", "8"),
        env={"TMPDIR": str(place / "tmp")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES)),
    )


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
            hand_in(place / "copies" / f"honnête {number:02}", written=wrong)
        for attacker, module in chosen.items():
            cells = {
                key: code.replace("NAP", f"97531.{os.getpid()}")
                for key, code in module.CELLS.items()
            }
            hand_in(place / "copies" / f"attaque {attacker[:2]}", written=cells)
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
        print(f"mémoire du correcteur : {peak_in(said)} Mio")
        assert peak_in(said) < 150
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
        hand_in(tmp_path / "copies" / f"avide {number}", written=greedy.CELLS)
    for number in range(4):
        hand_in(tmp_path / "copies" / f"honnête {number}")
    said, results = _graded(tmp_path)
    assert len(results) == 12
    for result in results:
        assert result["trouble"] is None, said
        assert sum(mark["outcome"]["points"] for mark in result["marks"]) == 7, result
    assert "AppArmor" not in said
    assert "Second essai" not in said
