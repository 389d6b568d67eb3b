"""Ce que les tests de la correction partagent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.grader import Grader
from kit_minio.grading.settings import Settings


@pytest.fixture(scope="package")
def grader() -> Iterator[Grader]:
    """Une correction en cours, au niveau 1 ; les tests qui s'en servent demandent bubblewrap."""
    with Grader(Settings(replay_seed=7, limits=Limits(cell_seconds=5), workers=3)) as found:
        yield found
