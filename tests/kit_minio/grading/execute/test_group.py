"""La mémoire d'une copie, de toute sorte : comptée par Linux dans un groupe, ou par la garde."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from minio import Minio

from helpers import server as servers
from kit_minio.grading.execute import kernels as module
from kit_minio.grading.execute.cell import KernelStopped
from kit_minio.grading.execute.group import Group, memory_groups, parent_group
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import MEBI, Limits
from kit_minio.grading.execute.sandbox.isolation import Isolation
from tests.support.cells import run_cell

no_group = pytest.mark.skipif(parent_group() is None, reason="aucun groupe ne se crée ici")

TAKEN = {
    "its own": "held = bytearray(os.urandom(MEBI)) * 400; time.sleep(60)",
    "in processes": """
for _ in range(4):
    if os.fork() == 0:
        held = bytearray(os.urandom(MEBI)) * 100
        time.sleep(60)
time.sleep(60)
""",
    "in files": """
for name in range(24):
    open(f"/eleve/{name}", "wb").write(os.urandom(10 * MEBI))
held = bytearray(os.urandom(MEBI)) * 100
time.sleep(60)
""",
    "in shared memory": """
for name in range(5):
    open(f"/dev/shm/{name}", "wb").write(os.urandom(10 * MEBI))
for name in range(24):  # /tmp ne s'écrit pas quand le kit lui-même y est
    open(f"/eleve/{name}", "wb").write(os.urandom(10 * MEBI))
held = bytearray(os.urandom(MEBI)) * 50
time.sleep(60)
""",
    "mapped": """
import mmap
held = mmap.mmap(-1, 400 * MEBI)
for place in range(0, len(held), 4096):
    held[place] = 1
time.sleep(60)
""",
}

EVERY_DAY = ("its own", "in shared memory")


@pytest.fixture(params=[pytest.param("group", marks=no_group), "watch"], scope="module")
def kernels(request: pytest.FixtureRequest) -> Iterator[Kernels]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "watch":
            patch.setattr(module, "parent_group", lambda: None)
        found = Kernels(Isolation(1, nested=True), servers.ensure())
    with found:
        yield found


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[] if kind in EVERY_DAY else [pytest.mark.slow]) for kind in TAKEN],
)
def test_all_kinds_of_memory_are_bounded(client: Minio, kernels: Kernels, kind: str) -> None:
    code = f"import os, time\nMEBI = {MEBI}\n{TAKEN[kind]}"
    with (
        kernels.start({}, Limits(memory=300 * MEBI)) as kernel,
        pytest.raises(KernelStopped, match="plus de 300 Mio de mémoire"),
    ):
        run_cell(kernel, code)
        run_cell(kernel, "1 + 1")  # un enfant a pu mourir le premier


@no_group
def test_a_group_disappears_with_its_copy(client: Minio) -> None:
    folder = parent_group()
    assert folder is not None

    def groups() -> set[Path]:
        return set(folder.glob("kit-????????????"))

    before = groups()
    with Kernels(Isolation(1, nested=True), servers.ensure()) as kernels:
        with kernels.start({}, Limits()) as kernel:
            (made,) = groups() - before
            assert str(kernel.process) in (made / "cgroup.procs").read_text().split()
        assert not made.exists()


def test_the_second_version_of_groups_is_written_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cette machine n'a que la première : Linux n'est pas là pour répondre, seuls les fichiers."""
    mkdir = Path.mkdir

    def with_files(path: Path, *arguments: int) -> None:
        mkdir(path, *arguments)
        for name in ("memory.max", "memory.swap.max", "memory.oom.group", "cgroup.procs"):
            (path / name).touch()

    monkeypatch.setattr(Path, "mkdir", with_files)
    group = Group(tmp_path, 300 * MEBI)
    group.take(12)
    found = {path.name: path.read_text() for path in group.path.iterdir()}
    assert found == {
        "memory.max": str(300 * MEBI),
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "cgroup.procs": "12",
    }
    for events, exceeded in (("low 0\noom 0\noom_kill 3\n", False), ("oom 1\noom_kill 1\n", True)):
        (group.path / "memory.events").write_text(events)  # tué par la machine, puis par sa borne
        assert group.exceeded is exceeded


def test_the_groups_of_this_process_lead_to_the_root() -> None:
    for folder in memory_groups():
        assert folder.is_relative_to("/sys/fs/cgroup")
