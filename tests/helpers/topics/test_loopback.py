"""Le serveur des fichiers d'exemple : ce qu'il donne, ce qu'il tait, comment il s'arrête."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from urllib.parse import urlsplit

import httpx
import pytest

from helpers.samples import SAMPLES, sample
from helpers.topics.loopback import CHUNK_SIZE, serve_folder

UNKNOWN_SIZE = "velib.csv?taille=inconnue"


@pytest.mark.parametrize("name", SAMPLES)
def test_server_gives_each_file_with_its_type_and_size(name: str) -> None:
    with serve_folder() as url:
        response = httpx.get(f"{url}/{name}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == SAMPLES[name]
    assert response.headers["Content-Length"] == str(sample(name).stat().st_size)
    assert response.content == sample(name).read_bytes()


def test_server_can_hide_the_size() -> None:
    with serve_folder() as url, httpx.stream("GET", f"{url}/{UNKNOWN_SIZE}") as response:
        assert "Content-Length" not in response.headers
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert response.headers["Content-Type"] == "text/csv"
        assert response.read() == sample("velib.csv").read_bytes()


def raw_answer(url: str, request: str) -> tuple[list[bytes], bytes]:
    """Renvoie les lignes de l'en-tête et le corps tels qu'ils arrivent, sans client HTTP."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(f"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def test_hidden_size_comes_in_several_chunks() -> None:
    content = sample("velib.csv").read_bytes()
    with serve_folder() as url:
        _, wire = raw_answer(url, f"GET /{UNKNOWN_SIZE}")
    sizes = []
    while True:
        size, _, wire = wire.partition(b"\r\n")
        sizes.append(int(size, 16))
        part, wire = wire[: sizes[-1]], wire[sizes[-1] + 2 :]
        assert content.startswith(part)
        content = content[len(part) :]
        if not part:
            break
    assert (content, wire) == (b"", b"")
    assert len(sizes) > 5
    assert set(sizes[:-2]) == {CHUNK_SIZE}


@pytest.mark.parametrize("path", ["velib.csv", UNKNOWN_SIZE])
def test_head_says_the_same_without_the_body(path: str) -> None:
    with serve_folder() as url:
        head, nothing = raw_answer(url, f"HEAD /{path}")
        get, body = raw_answer(url, f"GET /{path}")
    assert nothing == b""
    assert len(body) >= sample("velib.csv").stat().st_size
    kept = (b"HTTP/1.1 200", b"Content-", b"Transfer-Encoding")
    assert [line for line in head if line.startswith(kept)] == [
        line for line in get if line.startswith(kept)
    ]


@pytest.mark.parametrize(
    "path", ["", "chat.jpg", "make/port.svg", "..%2Fsamples.py", "chat?taille=inconnue"]
)
def test_server_gives_nothing_else(path: str) -> None:
    with serve_folder() as url:
        response = httpx.get(f"{url}/{path}")
    assert response.status_code == 404
    assert "velib.csv" in response.text
    assert "fichiers d'exemple" in response.text


def test_one_connection_serves_several_requests() -> None:
    with serve_folder() as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
        for path in ("/port.jpg", f"/{UNKNOWN_SIZE}", "/chat.jpg", "/velib.csv"):
            connection.request("GET", path)
            length = len(connection.getresponse().read())
        assert length == sample("velib.csv").stat().st_size
        connection.close()


def refuses(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((address.hostname, address.port)) != 0


@pytest.mark.filterwarnings(
    "error::pytest.PytestUnraisableExceptionWarning", "error::ResourceWarning"
)
def test_server_listens_on_loopback_and_frees_its_port() -> None:
    before = set(threading.enumerate())
    with serve_folder() as url, serve_folder() as other:
        assert url != other
        assert urlsplit(url).hostname == "127.0.0.1"
        assert httpx.get(f"{url}/logo.png").is_success
        assert httpx.get(f"{other}/logo.png").is_success
    assert refuses(url)
    assert refuses(other)
    assert set(threading.enumerate()) == before


def test_server_stops_after_an_error() -> None:
    before = set(threading.enumerate())
    with pytest.raises(ZeroDivisionError), serve_folder() as url:
        _ = 1 / 0
    assert refuses(url)
    assert set(threading.enumerate()) == before


@pytest.mark.parametrize("request_line", ["", f"GET /{UNKNOWN_SIZE} HTTP/1.1\r\n\r\n"])
def test_idle_or_slow_client_does_not_hold_the_server(
    request_line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = set(threading.enumerate())
    with serve_folder() as url:
        address = urlsplit(url)
        client = socket.socket()
        # Un petit tampon : la réponse ne tient pas dedans, le serveur attend le client.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((address.hostname, address.port))
        # Un serveur qui l'attendrait ne finirait que par ce secours.
        rescue = threading.Timer(60, client.close)
        rescue.start()
        client.sendall(request_line.encode() * 50)
        deadline = time.monotonic() + 5
        while len(set(threading.enumerate()) - before) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
    assert rescue.is_alive()
    rescue.cancel()
    rescue.join()
    assert set(threading.enumerate()) == before
    client.close()
    assert capfd.readouterr() == ("", "")


def test_client_that_leaves_early_is_not_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with serve_folder() as url:
        for _ in range(5):
            with httpx.stream("GET", f"{url}/{UNKNOWN_SIZE}") as response:
                next(response.iter_raw(1))
        assert httpx.get(f"{url}/velib.csv").is_success
    assert capfd.readouterr() == ("", "")
