"""Les six causes sont tirées chaque fois, dans un autre ordre."""

from kit_minio.checks.lesson_05_presigned.refusals import CAUSES, refusals_of
from kit_minio.checks.model import Context


def test_every_cause_is_met_and_seeds_differ():
    drawn = [
        tuple(refusals_of(Context(None, "espace", seed, "refusals")).values()) for seed in range(20)
    ]
    assert all(set(causes) == set(CAUSES) for causes in drawn)
    assert len(set(drawn)) > 10
