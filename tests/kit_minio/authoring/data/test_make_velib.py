"""Le tableau des stations se refait à l'octet près."""

from __future__ import annotations

from helpers.samples import sample
from kit_minio.authoring.data.make_velib import write


def test_the_same_seed_makes_the_same_file(tmp_path):
    write(tmp_path / "velib.csv")
    assert (tmp_path / "velib.csv").read_bytes() == sample("velib.csv").read_bytes()
