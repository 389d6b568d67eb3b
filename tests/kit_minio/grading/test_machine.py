"""Ce que la machine peut donner : la mémoire et les descripteurs décident du nombre de copies."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from kit_minio.grading import machine
from kit_minio.grading.execute import group
from kit_minio.grading.execute.limits import MAX_CONNECTIONS, MEBI, Limits
from kit_minio.grading.machine import (
    connections_for,
    free_memory,
    open_files,
    overloaded,
    slowed_down,
    workers_for,
)


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Une machine de quatre cœurs, sans groupe borné, où rien d'autre ne tourne."""
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(group, "CGROUPS", tmp_path)
    _free(monkeypatch, 64 * 1024)


def _free(monkeypatch: pytest.MonkeyPatch, mebi: int) -> None:
    found = SimpleNamespace(available=mebi * MEBI)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: found)


@pytest.mark.usefixtures("roomy")
@pytest.mark.parametrize(("mebi", "workers"), [(64_000, 12), (6000, 3), (2100, 1), (300, 1)])
def test_copies_graded_at_once_fit_in_memory(
    monkeypatch: pytest.MonkeyPatch, mebi: int, workers: int
) -> None:
    _free(monkeypatch, mebi)
    assert workers_for(Limits(memory=1536 * MEBI)) == workers


@pytest.mark.usefixtures("roomy")
@pytest.mark.parametrize("version", [1, 2])
def test_the_memory_of_a_group_counts_too(tmp_path: Path, version: int) -> None:
    """Un conteneur borné à 2 Gio, sur une machine qui en a 64."""
    folder = tmp_path / "memory" if version == 1 else tmp_path
    folder.mkdir(exist_ok=True)
    names = {1: ("limit_in_bytes", "usage_in_bytes", "total_"), 2: ("max", "current", "")}[version]
    (folder / f"memory.{names[0]}").write_text(f"{2048 * MEBI}\n")
    (folder / f"memory.{names[1]}").write_text(f"{600 * MEBI}\n")
    (folder / "memory.stat").write_text(f"anon 1\n{names[2]}inactive_file {100 * MEBI}\n")
    assert free_memory() == 1548 * MEBI
    (folder / f"memory.{names[0]}").write_text("max\n")
    assert free_memory() == 64 * 1024 * MEBI


@pytest.fixture
def few_files() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("few_files")
def test_descriptors_are_raised_to_what_is_allowed() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert open_files() == min(hard, 65_536)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(hard, 65_536)


@pytest.mark.usefixtures("roomy")
@pytest.mark.parametrize("files", [256, 1024, 4096, 65_536])
def test_descriptors_are_shared_between_copies(monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    workers = workers_for(Limits())
    for number in (workers, 8):
        taken = number * (10 + 2 * connections_for(number))  # dix, mesurés, hors connexions
        assert taken < files or connections_for(number) == 2
    assert 2 <= connections_for(8) <= MAX_CONNECTIONS


@pytest.mark.parametrize(
    ("load", "now", "found"), [(3.0, 2.0, False), (6.0, 0.0, True), (0.5, 9.0, True)]
)
def test_a_machine_with_more_to_do_than_cores_is_overloaded(
    roomy: None, monkeypatch: pytest.MonkeyPatch, load: float, now: float, found: bool
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))  # quatre cœurs
    monkeypatch.setattr(machine, "waiting", lambda: now)
    assert overloaded() is found


@pytest.mark.usefixtures("roomy")
@pytest.mark.parametrize(("now", "found"), [(9.0, False), (17.0, True)])
def test_a_crowd_slows_a_right_copy_down(
    monkeypatch: pytest.MonkeyPatch, now: float, found: bool
) -> None:
    monkeypatch.setattr(machine, "waiting", lambda: now)
    assert slowed_down() is found


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_what_computes_is_counted() -> None:
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        assert machine.waiting() > 2
    finally:
        for each in busy:
            each.kill()
            each.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_a_large_block_is_given_back_at_once() -> None:
    """Un premier bloc rendu apprend à glibc à garder, dans chaque fil, ceux de cette taille."""
    script = """
import sys, threading
from kit_minio.grading.machine import give_large_blocks_back
if sys.argv[1:]:
    give_large_blocks_back()
bytes(bytearray(b"x") * (20 << 20))
ready, held = threading.Barrier(7), threading.Barrier(7)
def hold():
    block = bytearray(b"x") * (15 << 20)
    ready.wait()
    del block
    held.wait()
threads = [threading.Thread(target=hold) for _ in range(6)]
[thread.start() for thread in threads]
ready.wait()
import time; time.sleep(0.2)
import psutil
print(psutil.Process().memory_info().rss >> 20)
held.wait()
"""
    kept, given_back = (
        int(
            subprocess.run(
                [sys.executable, "-c", script, *more], capture_output=True, check=True
            ).stdout
        )
        for more in ([], ["rendre"])
    )
    assert given_back < kept - 30
