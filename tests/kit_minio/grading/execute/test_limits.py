"""Les plafonds : chacun vaut pour de bon là où la copie est exécutée."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.limits import MEBI, OPEN_FILES, SCRATCH
from tests.support.cells import run_cell

LOOK = """
import os, resource
names = ("AS", "FSIZE", "NOFILE", "NPROC", "CPU", "CORE")
bounds = [resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names]
sizes = {name: os.statvfs(name) for name in %r}
sizes = {name: size.f_blocks * size.f_frsize for name, size in sizes.items()}
raise RuntimeError((bounds, sizes))
"""


@pytest.mark.needs("bubblewrap")
def test_each_limit_holds_in_the_sandbox(start: Callable[..., Kernel]) -> None:
    kernel = start(
        address_space=3000 * MEBI, file=5 * MEBI, processes=77, copy_seconds=50, memory=500 * MEBI
    )
    bounds = [3000 * MEBI, 5 * MEBI, OPEN_FILES, 77, 101, 0]
    # Un kit installé dans /tmp s'y voit : ce dossier n'y est alors pas un disque neuf.
    scratch = {name: size for name, size in SCRATCH.items() if not sys.prefix.startswith(name)}
    expected = ([(bound, bound) for bound in bounds], scratch)
    assert run_cell(kernel, LOOK % list(scratch)) == f"RuntimeError : {expected}"


@pytest.mark.needs("bubblewrap")
def test_a_file_too_big_is_not_written(start: Callable[..., Kernel]) -> None:
    code = f"with open('gros', 'wb') as file: file.write(bytes({MEBI + 1}))"
    said = run_cell(start(file=MEBI), code)
    assert said == "OSError : [Errno 27] File too large"
