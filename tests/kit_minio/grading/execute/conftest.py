"""Des noyaux de la correction, au niveau 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from helpers import server as servers
from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.sandbox.isolation import Isolation


@pytest.fixture(scope="package")
def kernels() -> Iterator[Kernels]:
    """Les noyaux d'une correction au niveau 1 ; les tests qui s'en servent demandent bubblewrap."""
    with Kernels(Isolation(1, nested=True), servers.ensure()) as found:
        yield found


@pytest.fixture
def start(kernels: Kernels) -> Iterator[Callable[..., Kernel]]:
    """De quoi démarrer un noyau, avec les plafonds voulus ; il s'arrête avec le test."""
    started: list[Kernel] = []

    def _start(**limits: float) -> Kernel:
        started.append(kernels.start({}, Limits(**limits)))  # type: ignore[arg-type]
        return started[-1]

    yield _start
    for kernel in started:
        kernel.stop()
