"""L'avancement : le meilleur résultat reste, avec sa date."""

import pytest

from helpers.spaces import fresh_bucket
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.checks.progress import Earned, keep_best, read_progress

TODO = Outcome(Verdict.TODO, "")
ERROR = Outcome(Verdict.ERROR, "")
REVIEW = Outcome(Verdict.REVIEW, "")
HALF = Outcome(Verdict.REVIEW, "", points=1)
PASSED = Outcome(Verdict.PASSED, "", points=2)


@pytest.mark.parametrize(
    ("before", "after"),
    [(ERROR, TODO), (REVIEW, ERROR), (REVIEW, TODO), (HALF, REVIEW), (PASSED, HALF)],
)
def test_a_worse_result_never_replaces_a_better_one(before, after):
    assert Earned(before, None).beats(after)
    assert not Earned(after, None).beats(before)
    assert not Earned(before, None).beats(before)


def test_the_best_result_is_kept_with_its_date(client):
    bucket = fresh_bucket(client, "essai-progres")
    assert read_progress(client, bucket, ["a"]) == {}
    for outcome, best in ((TODO, TODO), (HALF, HALF), (ERROR, HALF), (PASSED, PASSED)):
        kept = keep_best(client, bucket, "a", outcome)
        assert kept.outcome == best
        assert kept.on is not None
    assert read_progress(client, bucket, ["a", "b"]) == {"a": kept}


def test_no_bucket_is_no_progress(client):
    assert read_progress(client, "essai-progres-absent", ["a"]) == {}
