"""Des données de départ, posées comme plusieurs leçons le demandent."""

import json

from minio.commonconfig import ENABLED

from helpers.spaces import fresh_space
from kit_minio.checks.model import Context
from kit_minio.checks.preparation import fill, make_versioned, put_json


def test_objects_documents_and_versions(client):
    context = Context(client, fresh_space(client, "essai-preparation"), 1, "essai")
    fill(context, "a", {"x": b"1", "y": b"2"}, "text/csv")
    assert context.keys("a") == ["x", "y"]
    stat = client.stat_object(bucket_name=context.bucket("a"), object_name="x")
    assert stat.content_type == "text/csv"
    put_json(context, "a", "z.json", {"é": 1})
    assert json.loads(context.read("a", "z.json")) == {"é": 1}
    assert "é".encode() in context.read("a", "z.json")
    bucket = make_versioned(context, "b")
    assert client.get_bucket_versioning(bucket_name=bucket).status == ENABLED
    assert context.made == ["a", "b"]
