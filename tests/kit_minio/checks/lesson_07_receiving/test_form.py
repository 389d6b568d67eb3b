"""Un formulaire est essayé pour de bon, et rien n'en reste."""

import pytest

from kit_minio.checks.outcome import Verdict
from tests.support.presigning import form, judge, prepared, store


@pytest.mark.both_servers
def test_form_leaves_the_bucket_as_it_was(client, space):
    context = prepared(client, space, "form")
    before = context.keys("concours")
    assert judge(context, form(context, store(context))).verdict is Verdict.PASSED
    assert context.keys("concours") == before
