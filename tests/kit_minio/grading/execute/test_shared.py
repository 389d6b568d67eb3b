"""Le bac à sable commun : un seul pour tous les fils, remplacé s'il meurt, arrêté sans attendre."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from kit_minio.grading.execute.sandbox.isolation import Isolation, IsolationError
from kit_minio.grading.execute.shared import SharedSandbox
from tests.support.cells import zygotes

pytestmark = pytest.mark.needs("bubblewrap")


@pytest.fixture
def shared() -> Iterator[SharedSandbox]:
    found = SharedSandbox(Isolation(1, nested=True), "localhost")
    yield found
    found.close()


def _kill_zygotes(before: set[psutil.Process]) -> None:
    ours = zygotes() - before
    assert ours
    for process in ours:
        process.kill()
    psutil.wait_procs(ours, timeout=60)


def test_every_thread_gets_the_same(shared: SharedSandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({id(pool.submit(shared.get).result()) for _ in range(8)}) == 1


def test_a_dead_one_is_replaced_once_for_all_threads() -> None:
    before = zygotes()
    shared = SharedSandbox(Isolation(1, nested=True), "localhost")
    try:
        dead = shared.get()
        _kill_zygotes(before)
        with ThreadPoolExecutor(8) as pool:
            found = {future.result() for future in [pool.submit(shared.get) for _ in range(8)]}
        assert len(found) == 1
        assert found != {dead}
        assert found.pop().alive
    finally:
        shared.close()
    assert zygotes() <= before


def test_a_start_that_lasts_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Le remplaçant ne démarre pas : Ctrl-C n'attend ni lui, ni le fil qui l'attend."""
    before = zygotes()
    shared = SharedSandbox(Isolation(1, nested=True), "localhost")
    shared.get()
    slow = tmp_path / "bwrap"
    slow.write_text(f"#!/bin/sh\n/usr/bin/touch {tmp_path}/started\nexec /usr/bin/sleep 300\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    _kill_zygotes(before)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shared.get)
        while not (tmp_path / "started").exists():
            assert not waiting.done()
            time.sleep(0.01)
        stopping = threading.Thread(target=shared.stop, daemon=True)
        stopping.start()
        stopping.join(10)  # une minute, si l'on attendait le démarrage
        assert not stopping.is_alive()
        with pytest.raises(IsolationError):
            waiting.result(10)
    shared.close()
    with pytest.raises(IsolationError):
        shared.get()
