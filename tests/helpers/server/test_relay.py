"""Le relais : ce qui passe, ce qui ne passe pas, et ce qu'un navigateur fait de ses réponses."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from helpers import current_server, fresh_bucket, remove_bucket, serve
from helpers.server import relay
from helpers.serving import ServedApi, shown
from helpers.topics.loopback import LoopbackServer, QuietHandler
from tests.support.browser import browser_page

PAGE = b"<p>page</p><script>top.document.title = 'lu : ' + document.cookie</script>"
SOON = timedelta(minutes=5)


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "essai-relais")
    yield name
    remove_bucket(client, name)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """L'adresse d'un relais, vue de cette machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    served = ServedApi("relais", None, listener.getsockname()[1])
    served.start(relay.relay(), listener)
    yield served.url
    served.stop()


@pytest.fixture
def through(address):
    """Renvoie l'adresse, sur le relais, d'une URL présignée."""
    return lambda url: f"{address}{relay.path_to(url)}"


def stored(client, bucket, key, data, kind):
    client.put_object(bucket, key, io.BytesIO(data), len(data), content_type=kind)
    return client.presigned_get_object(bucket, key, expires=SOON)


@contextmanager
def recording() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Un serveur qui note les en-têtes qu'il reçoit : son adresse, et ces en-têtes."""
    seen: list[dict[str, str]] = []

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.send_header("Set-Cookie", "piege=1")
            self.send_header("Service-Worker-Allowed", "/")
            self.end_headers()

    with LoopbackServer(("127.0.0.1", 0), Handler).running() as url:
        yield url, seen


# --- Ce qui passe -------------------------------------------------------------------------------


@pytest.mark.both_servers
@pytest.mark.parametrize("key", ["été/port & phare+1.jpg", "a%20b.jpg", "a?b#c.jpg", "simple.jpg"])
def test_what_the_kernel_signed_is_read_and_written(client, bucket, through, key):
    put = client.presigned_put_object(bucket, key, expires=SOON)
    sent = httpx.put(through(put), content=b"0123456789", headers={"Content-Type": "image/jpeg"})
    assert sent.status_code == 200
    assert client.stat_object(bucket, key).content_type == "image/jpeg"
    url = through(client.presigned_get_object(bucket, key, expires=SOON))
    read = httpx.get(url)
    assert (read.status_code, read.content) == (200, b"0123456789")
    assert "content-disposition" not in read.headers
    part = httpx.get(url, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-range"] == "bytes 2-4/10"


@pytest.mark.both_servers
def test_the_name_of_a_saved_file_is_the_one_that_was_signed(client, bucket, through):
    stored(client, bucket, "port.jpg", b"\xff\xd8\xff", "image/jpeg")
    wanted = {"response-content-disposition": "attachment; filename*=UTF-8''%C3%89t%C3%A9.jpg"}
    url = client.presigned_get_object(bucket, "port.jpg", SOON, response_headers=wanted)
    assert httpx.get(through(url)).headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%C3%89t%C3%A9.jpg"
    )


@pytest.mark.both_servers
def test_a_refusal_is_read_as_text(client, bucket, through):
    url = through(stored(client, bucket, "a.txt", b"a", "text/plain"))
    answer = httpx.get(url.replace("a.txt", "b.txt"))
    assert answer.status_code == 403
    assert "SignatureDoesNotMatch" in answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


# --- Ce qui ne passe pas ------------------------------------------------------------------------


def test_neither_cookies_nor_authorization_nor_proxies_reach_the_store(through):
    with recording() as (url, seen):
        answer = httpx.get(
            through(f"{url}/bucket/cle?X-Amz-Signature=00"),
            headers={
                "Cookie": "_xsrf=1; jupyterhub-session-id=2",
                "Authorization": "token secret",
                "X-Forwarded-For": "10.0.0.1",
                "X-Forwarded-Host": "hub.exemple.org",
                "Forwarded": "for=10.0.0.1",
                "Origin": "https://hub.exemple.org",
                "Referer": "https://hub.exemple.org/?token=secret",
                "Range": "bytes=0-1",
            },
        )
        assert answer.status_code == 200
    [headers] = seen
    assert headers["host"] == url.removeprefix("http://")
    assert headers["range"] == "bytes=0-1"
    said = " ".join(headers) + " ".join(headers.values())
    for secret in ("cookie", "authorization", "forwarded", "origin", "referer", "hub", "secret"):
        assert secret not in said
    assert not {"set-cookie", "service-worker-allowed"} & set(answer.headers)


def test_it_leads_nowhere_that_the_kernel_has_not_shown(address):
    with recording() as (url, seen):
        place = url.removeprefix("http://")
        assert httpx.get(f"{address}/kit-s3/{place}/bucket/cle").status_code == 404
        assert httpx.get(f"{address}/").status_code == 404
        assert seen == []


def test_an_address_that_is_not_of_a_store_has_no_path_on_it():
    assert relay.path_to("http://127.0.0.1:8100/docs") is None
    assert relay.path_to("https://s3.exemple.org/bucket/cle?X-Amz-Signature=00") is None
    endpoint = current_server().endpoint
    assert relay.path_to(f"http://{endpoint}/public/a.jpg") == f"/kit-s3/{endpoint}/public/a.jpg"


def test_a_store_that_is_off_is_said_in_french(through):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    answer = httpx.get(through(f"http://127.0.0.1:{port}/b/c?X-Amz-Signature=00"))
    assert answer.status_code == 502
    assert answer.text.startswith("Le serveur S3 ne répond pas")


# --- Ce que le navigateur en fait ---------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript",
             "TEXT/HTML; charset=utf-8", "application/octet-stream"],
)  # fmt: skip
def test_what_a_browser_would_execute_is_saved(client, bucket, through, kind):
    answer = httpx.get(through(stored(client, bucket, "page", PAGE, kind)))
    assert answer.content == PAGE
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_signed_address_cannot_ask_for_a_page_to_be_opened(client, bucket, through):
    stored(client, bucket, "page", PAGE, "text/plain")
    asked = {"response-content-type": "text/html", "response-content-disposition": "inline"}
    url = client.presigned_get_object(bucket, "page", SOON, response_headers=asked)
    assert httpx.get(through(url)).headers["content-disposition"] == "attachment"


@pytest.mark.needs("chromium")
def test_a_stored_page_does_not_run_on_the_host_of_the_relay(client, bucket):
    url = stored(client, bucket, "page", PAGE, "text/html")
    with serve(FastAPI(), name="essai-relais") as api, browser_page("relais") as page:
        page.goto(f"{api.url}/docs")  # la même origine que le relais, avec un cookie à prendre
        page.evaluate("document.cookie = 'session=secret'")
        frame = "path => { const made = document.createElement('iframe');"
        frame += " made.src = path; document.body.append(made) }"
        with page.expect_download() as saved:
            page.evaluate(frame, relay.path_to(url))
        assert saved.value.path().read_bytes() == PAGE
        assert page.title() == "FastAPI · Swagger UI"


def test_what_is_shown_is_unchanged_where_the_browser_is_on_this_machine(client, bucket):
    url = stored(client, bucket, "a.txt", b"a", "text/plain")
    assert shown(url) == url
