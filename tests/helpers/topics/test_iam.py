"""Les requêtes à STS et IAM : signées ou non, et ce que dit un refus."""

from __future__ import annotations

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.topics.iam import call_sts, field

ASK = {"Action": "AssumeRole", "RoleSessionName": "essai"}


@pytest.mark.both_servers
def test_a_signed_request_gets_its_answer(client):
    answer = call_sts(servers.find(), **ASK, DurationSeconds="900")
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
    assert all(field(answer, name) for name in names)
    assert field(answer, "Absent") == ""


@pytest.mark.both_servers
@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        ({}, {"DurationSeconds": "899"}, "InvalidParameterValue"),
        ({"secret_key": "fausse"}, {}, "SignatureDoesNotMatch|AccessDenied"),
        ({"access_key": "inconnue"}, {}, "InvalidAccessKeyId|AccessDenied"),
        ({"session_token": "faux"}, {}, "\\w+"),
        ({}, {"signed": False}, "\\w+"),
    ],
)
def test_a_refusal_has_a_code_and_a_message(client, change, more, code):
    with pytest.raises(S3Error, match=f"code: ({code})") as caught:
        call_sts(replace(servers.find(), **change), **ASK, **more)
    assert caught.value.response.status in (400, 403)
    assert caught.value.message


def test_a_silent_server_is_no_refusal(client):
    with pytest.raises(HTTPError):
        call_sts(replace(servers.find(), endpoint="127.0.0.1:9"), **ASK)


@pytest.mark.parametrize(("refusals", "accepted"), [(2, True), (3, False)])
def test_a_right_signature_refused_by_a_busy_server_is_presented_again(refusals, accepted):
    asked = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.headers["Authorization"])
            self.rfile.read(int(self.headers["Content-Length"]))
            late = len(asked) > refusals
            self.send_response(200 if late else 403)
            self.end_headers()
            self.wfile.write(b"<Fait/>" if late else b"<Code>SignatureDoesNotMatch</Code>")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as busy:
        threading.Thread(target=busy.serve_forever, args=(0.02,), daemon=True).start()
        keys = {"access_key": "cle", "secret_key": "secret"}
        server = servers.Server("external", f"127.0.0.1:{busy.server_address[1]}", **keys)
        if accepted:
            assert call_sts(server, **ASK) == "<Fait/>"
        else:
            with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
                call_sts(server, **ASK)
        busy.shutdown()
    assert len(asked) == 3
