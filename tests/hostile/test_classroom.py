"""Une classe de trente, dont dix attaquent : chaque note honnête est juste, rien ne reste."""

from __future__ import annotations

import os
import re
import resource
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from helpers.topics.iam import call_iam
from kit_minio.grading.execute.group import Group, parent_group
from kit_minio.grading.execute.limits import Limits
from tests.support.grading import graded, hand_in, level_one, peak_in
from tests.support.hostile_class import scenarios

pytestmark = [*level_one, pytest.mark.slow]
ATTACKERS = (*("10", "16", "20", "21", "24", "53", "54", "57", "59", "60"),)
HONEST, WORKERS = 20, 8
FILES = 1024  # descripteurs d'un ordinateur portable ordinaire, sans moyen d'en avoir plus


def _graded(place: Path, group: Group | None = None) -> tuple[str, list[Any]]:
    """Corrige, huit copies à la fois, avec les descripteurs d'un ordinateur ordinaire."""

    def narrowed() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
        if group is not None:
            group.take(0)

    return graded(
        place,
        *("--workers", str(WORKERS)),
        env={"TMPDIR": str(place / "tmp")},
        preexec_fn=narrowed,
    )


@contextmanager
def _watched() -> Iterator[tuple[Group | None, list[int]]]:
    """Donne un groupe sans borne, et la mémoire qu'il prend, en octets, de temps en temps.

    Celle des processus et de ce qu'ils gardent sans l'avoir dans la leur (tmpfs, memfd).
    """
    folder, seen, over = parent_group(), [0], threading.Event()
    if folder is None:
        yield None, seen
        return
    group = Group(folder, 2**40)

    def look() -> None:
        while not over.wait(0.1):
            found = dict(map(str.split, (group.path / "memory.stat").read_text().splitlines()))
            names = ("total_rss", "total_shmem") if "total_rss" in found else ("anon", "shmem")
            seen.append(sum(int(found.get(name, 0)) for name in names))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield group, seen
    finally:
        over.set()
        watcher.join()
        group.clear()


def _disk() -> int:
    """Renvoie ce que le serveur S3 occupe sur le disque, en octets."""
    sizes = []
    for path in servers.data_folder().rglob("*"):
        with suppress(OSError):
            sizes.append(path.lstat().st_blocks * 512)
    return sum(sizes)


def _keys() -> set[str]:
    lines = Path("/proc/keys").read_text().splitlines()
    return {line.split(None, 8)[-1] for line in lines if " user " in line}


def test_ten_attackers_spoil_nothing(client: Minio) -> None:
    chosen = {name: module for name, module in scenarios(1).items() if name.startswith(ATTACKERS)}
    assert len(chosen) == len(ATTACKERS)
    nap = f"97531.{os.getpid()}"
    keys, disk = _keys(), _disk()
    with tempfile.TemporaryDirectory(prefix="kit-classe-") as name:
        place, temporary = Path(name), Path(name) / "tmp"
        temporary.mkdir()
        for number in range(HONEST):
            wrong = {"names": "1 / 0"} if number % 4 == 3 else {}
            hand_in(place / "copies" / f"honnête {number:02}", written=wrong)
        for attacker, module in chosen.items():
            cells = {key: code.replace("NAP", nap) for key, code in module.CELLS.items()}
            hand_in(place / "copies" / f"attaque {attacker[:2]}", written=cells)
        with _watched() as (group, taken):
            said, results = _graded(place, group)
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
        print(f"mémoire : {peak_in(said)} Mio au correcteur, {max(taken) >> 20} avec les copies")
        assert peak_in(said) < 150
        assert max(taken) < WORKERS * Limits().memory
        assert list(temporary.iterdir()) == []
    assert _keys() == keys
    commands = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert not [one for one in commands if one and one[-1] == nap]
    print(f"disque du serveur : {(_disk() - disk) / 2**20:+.1f} Mio")
    assert _disk() < disk + 16 * 2**20
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
