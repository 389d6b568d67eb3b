"""Le serveur qu'une copie administre : à elle seule, borné, et dont rien ne reste."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from helpers.s3 import client_for
from kit_minio import checks as lessons
from kit_minio.checks.model import Series
from kit_minio.checks.outcome import Verdict
from kit_minio.grading.execute.own import open_own
from kit_minio.grading.execute.run import Run, run_notebook
from kit_minio.grading.grader import Grader
from tests.support.copies import notebook_of
from tests.support.grading import level_one
from tests.support.servers import wait_until

pytestmark = level_one


def administered() -> Series:
    """Renvoie la série 01, comme si l'étudiant y administrait son serveur."""
    series = lessons.series("01")
    own = tuple(replace(exercise, own_server="own") for exercise in series.exercises)
    return replace(series, exercises=own)


def graded(grader: Grader, code: str, until: str = "create") -> Run:
    """Exécute une copie qui administre son serveur."""
    return run_notebook(administered(), notebook_of("01", {"create": code}), grader, 1, until=until)


def folders() -> list[Path]:
    """Renvoie les dossiers des serveurs jetables."""
    return sorted(servers.data_folder().glob("jetable-*"))


_CREATE = """
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
"""


@pytest.mark.both_servers
def test_a_copy_administers_a_server_of_its_own(grader: Grader, client: Minio) -> None:
    before = {bucket.name for bucket in client.list_buckets()}
    code = f"""
from helpers.topics.iam import call_sts
from helpers.topics.policies import prefix_policy
from helpers.topics.tenants import tenant
server = tp.own_server()
with tenant(server, "alice", prefix_policy(tp.bucket("archives"), "alice/")):
    call_sts(server, Action="AssumeRole", RoleSessionName="essai")
{_CREATE}
"""
    run = graded(grader, code)
    assert run.errors == {}
    assert run.exams["create"].outcome.verdict is Verdict.PASSED
    assert {bucket.name for bucket in client.list_buckets()} == before
    assert folders() == []


# Ce qu'un administrateur ferait contre sa correction.
_SPOIL = f"""
import json
from helpers.topics.iam import call_iam
from helpers.topics.tenants import users_of
{_CREATE}
server = tp.own_server()


def attempt(action):
    try:
        action()
    except Exception:
        pass


nobody = {{"Effect": "Deny", "Principal": {{"AWS": ["*"]}}, "Action": ["s3:*"]}}
both = [f"arn:aws:s3:::{{tp.bucket('archives')}}", f"arn:aws:s3:::{{tp.bucket('archives')}}/*"]
closed = json.dumps({{"Version": "2012-10-17", "Statement": [nobody | {{"Resource": both}}]}})
attempt(lambda: client.set_bucket_policy(bucket_name=tp.bucket("archives"), policy=closed))
mine = {{"Version": "2012-10-17", "Statement": [
    {{"Effect": "Deny", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::*"]}}]}}
for name in (server.access_key, "admin", "root"):
    attempt(lambda: users_of(server).allow(name, mine))
    for action in ("DeleteUser", "DeleteAccessKey", "PutUserPolicy"):
        attempt(lambda: call_iam(server, Action=action, UserName=name, PolicyName="x",
            AccessKeyId=server.access_key, PolicyDocument=json.dumps(mine)))
"""
_EMPTY = """
from helpers.spaces import erase_bucket
for bucket in client.list_buckets():
    erase_bucket(client, bucket.name)
"""
_FLOOD = """
from helpers.topics.tenants import users_of
users = users_of(tp.own_server())
try:
    for number in range(1000):
        users.exists(f"alice-{number}")
except Exception as error:
    raise RuntimeError(f"{number} demandes, puis {error}")
"""


@pytest.mark.both_servers
@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        pytest.param(_SPOIL, (Verdict.PASSED, Verdict.ERROR), id="denies"),
        pytest.param(_CREATE + _EMPTY, (Verdict.REVIEW,), id="erases"),
    ],
)
def test_an_administrator_spoils_only_her_own_mark(
    grader: Grader, code: str, verdicts: tuple[Verdict, ...]
) -> None:
    """Elle interdit tout à tous, elle-même comprise, ou efface tout : la copie d'après n'y perd."""
    run = graded(grader, code)
    assert run.errors == {}
    assert run.exams["create"].outcome.verdict in verdicts
    after = graded(grader, _CREATE)
    assert after.exams["create"].outcome.verdict is Verdict.PASSED
    assert folders() == []


def test_demands_of_administration_are_counted(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit_minio.grading.execute.budget.MAX_DEMANDS", 30)
    run = graded(grader, _FLOOD)
    assert "29 demandes" in run.errors["create"][0]


@pytest.mark.both_servers
def test_an_administrator_reaches_nothing_else(grader: Grader, client: Minio) -> None:
    """Ni le serveur de la correction, ni celui d'une autre copie, ni les ports internes du sien."""
    here = servers.ensure()
    with open_own("own", here) as other:
        ports = [int(endpoint.split(":")[1]) for endpoint in (here.endpoint, other.server.endpoint)]
        code = f"""
import socket
from dataclasses import replace
from helpers.s3 import client_for
server = tp.own_server()
mine = int(server.endpoint.split(":")[1])
seen = []
for port in {ports} + [mine + offset for offset in (1, 2, 3, 4, 10000, 10003)]:
    try:
        socket.create_connection(("127.0.0.1", port), 2)
        seen.append(port)
    except OSError:
        pass
"""
        for one in (here, other.server):
            code += f"""
try:
    client_for(replace(server, access_key={one.access_key!r}, secret_key={one.secret_key!r})
        ).list_buckets()
    seen.append("ces clés servent à deux serveurs")
except Exception:
    pass
"""
        run = graded(grader, code + "raise RuntimeError(f'vu : {seen}')")
        assert "vu : []" in run.errors["create"][0]
        assert client_for(other.server).list_buckets() == []


# Ce que MinIO et SeaweedFS appelleraient, hors du bac à sable, si un administrateur le demandait.
_CALLS = """
import urllib3
from helpers.topics.iam import call_iam
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
server, place = tp.own_server(), "http://127.0.0.1:CANARY"
seen = []


def attempt(name, action):
    try:
        seen.append(f"{name} {action()}")
    except Exception as error:
        if not any(word in str(error) for word in ("NotImplemented", "RemoteDisconnected")):
            seen.append(f"{name} {error}")


def ask(method, target, **options):
    import http.client
    link = http.client.HTTPConnection(server.endpoint, timeout=5)
    link.putrequest(method, target, skip_host=True)
    link.putheader("Host", server.endpoint)
    link.putheader("Content-Length", "0")
    link.endheaders()
    answer = link.getresponse()
    text = answer.read().decode(errors="replace")
    if "Pendant la correction" not in text:
        return f"{answer.status} {text[:80]}"
    raise RuntimeError("NotImplemented")


admin = MinioAdmin(
    endpoint=server.endpoint, secure=False, http_client=urllib3.PoolManager(retries=False),
    credentials=StaticProvider(server.access_key, server.secret_key),
)
attempt("webhook", lambda: admin.config_set(key="notify_webhook:1", config={"endpoint": place}))
attempt("service", lambda: admin.service_restart())
attempt("update", lambda: admin.update())
attempt("oidc", lambda: call_iam(server, Action="CreateOpenIDConnectProvider", Url=place))
attempt("deux actions", lambda: call_iam(
    server, Action="GetUser", action="CreateOpenIDConnectProvider"))
for target in ("/minio/admin/v3/service?action=stop", "/%6dinio/admin/v3/service", "//minio/x",
               "/./minio/grid/v1", "/x/../minio/admin/v3/service", "/MinIO/peer/v1",
               f"http://{server.endpoint}/minio/admin/v3/service", "/.minio.sys/config",
               "/minio/health/live#/../../admin/v3/service", "/?Action=CreateUser"):
    for method in ("GET", "POST"):
        attempt(f"{method} {target}", lambda: ask(method, target))
raise RuntimeError(f"vu : {seen}")
"""


@pytest.mark.both_servers
def test_a_server_does_not_call_for_its_administrator(grader: Grader) -> None:
    """Hors du bac à sable, ce serveur pourrait joindre cette machine : rien ne le lui demande."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        run = graded(grader, _CALLS.replace("CANARY", str(canary.getsockname()[1])))
        assert "vu : []" in run.errors["create"][0], run.errors["create"][0]
        canary.settimeout(0.2)
        with pytest.raises(TimeoutError):
            canary.accept()


# Une correction, tuée sans rien pouvoir ranger, pendant qu'une copie a son serveur.
_KILLED = """
import os, signal
from helpers import server as servers
from kit_minio.grading.execute.own import open_own
with open_own("own", servers.ensure()) as space:
    print(space.server.endpoint, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.both_servers
def test_a_killed_correction_leaves_no_server(client: Minio) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED], stdout=subprocess.PIPE, env=os.environ, text=True
    )
    assert done.returncode == -signal.SIGKILL
    port = int(done.stdout.rpartition(":")[2])
    assert wait_until(lambda: folders() == [], 20)
    links = psutil.net_connections()
    assert port not in {link.laddr.port for link in links if link.status == psutil.CONN_LISTEN}
