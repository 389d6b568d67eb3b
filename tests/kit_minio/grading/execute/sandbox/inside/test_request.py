"""Les messages du correcteur : ce qu'il y écrit est ce que l'autre côté attend."""

from __future__ import annotations

from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.sandbox.inside.request import Bounds


def test_the_limits_are_all_told() -> None:
    bounds = Limits(copy_seconds=100, processes=7).bounds()
    assert set(bounds) == Bounds.__required_keys__
    assert (bounds["cpu"], bounds["processes"]) == (201, 7)
