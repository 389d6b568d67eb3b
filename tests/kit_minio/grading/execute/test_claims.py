"""Ce qu'une correction tuée a laissé sur le serveur : la suivante le trouve et l'efface."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from minio import Minio

from helpers import server as servers
from helpers.topics.iam import call_iam
from kit_minio.grading.execute.claims import Claim, erase_killed
from kit_minio.grading.execute.credentials import new_label

GRADE = """
import sys, time
from helpers import server as servers
from helpers.s3 import client_for
from kit_minio.grading.execute.claims import Claim
from kit_minio.grading.execute.credentials import open_space
server = servers.ensure()
claim = Claim(server, sys.argv[1])
with open_space(server, client_for(server), label=sys.argv[1]) as space:
    client_for(space.server).make_bucket(bucket_name=f"{space.name}-exercice-01")
    print("prêt", flush=True)
    time.sleep(60)
"""


@pytest.mark.both_servers
def test_spaces_and_keys_of_a_killed_grading_are_erased(client: Minio) -> None:
    server, label = servers.ensure(), new_label()
    with subprocess.Popen(
        [sys.executable, "-c", GRADE, label], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "prêt\n"
        erase_killed(server, client)
        assert _left(client, label)  # elle est en cours
        process.kill()
    (name,) = erase_killed(server, client)
    assert name.startswith(f"k{label}")
    assert not _left(client, label)
    if server.way == "embedded":
        assert name not in call_iam(server, Action="ListUsers")
    assert erase_killed(server, client) == []


def test_a_finished_grading_leaves_no_claim(client: Minio) -> None:
    claim = Claim(servers.ensure(), new_label())
    assert claim.path.exists()
    claim.release()
    assert not claim.path.exists()


def _left(client: Minio, label: str) -> list[str]:
    names = [bucket.name for bucket in client.list_buckets()]
    return [name for name in names if re.match(f"k{label}", name)]
