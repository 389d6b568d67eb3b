"""Un ordre de dépôt est essayé, et la photo du livreur reste."""

import pytest

from kit_minio.checks.lesson_05_presigned.sharing import parcel_of
from kit_minio.checks.outcome import Verdict
from tests.support.presigning import judge, order, prepared


@pytest.mark.both_servers
def test_drop_off_leaves_the_bucket_as_it_was(client, space):
    context = prepared(client, space, "drop_off")
    before = context.keys("mobile")
    assert judge(context, order(context)).verdict is Verdict.PASSED
    assert context.keys("mobile") == before
    context.put("mobile", parcel_of(context), b"la photo du livreur", content_type="image/jpeg")
    assert judge(context, order(context)).verdict is Verdict.PASSED
    assert context.read("mobile", parcel_of(context)) == b"la photo du livreur"
