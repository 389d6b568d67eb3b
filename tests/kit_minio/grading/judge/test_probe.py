"""Appeler l'API d'un élève : une qui ne joue pas le jeu ne retient ni ne noie le correcteur."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from kit_minio.grading.judge import probe as module
from kit_minio.grading.judge.probe import probe


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Path]]:
    """Sert des octets bruts sur une prise Unix."""
    listeners: list[socket.socket] = []
    folder = tmp_path_factory.mktemp("api")

    def _serve(talk: Callable[[socket.socket], None]) -> Path:
        path = folder / str(len(listeners))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        listeners.append(listener)

        def run() -> None:
            try:
                peer, _ = listener.accept()
                with peer:
                    peer.recv(1000)
                    talk(peer)
            except OSError:
                pass

        threading.Thread(target=run, daemon=True).start()
        return path

    yield _serve
    for listener in listeners:
        listener.close()


def _drip(start: bytes, piece: bytes, end: bytes) -> Callable[[socket.socket], None]:
    """Renvoie une API qui finit par répondre, au bout de bien plus que le temps de l'examen."""

    def talk(peer: socket.socket) -> None:
        peer.sendall(start)
        for _ in range(100):
            peer.sendall(piece)
            time.sleep(0.05)
        peer.sendall(end)

    return talk


def _silent(peer: socket.socket) -> None:
    time.sleep(5)
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


@pytest.mark.parametrize(
    "talk",
    [
        _drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", b"\r\n\r\n"),
        _drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x", b""),
        _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
        _silent,
    ],
    ids=["headers", "body", "continue", "silence"],
)
def test_a_slow_api_is_left_before_it_ends(
    serve: Callable[..., Path], talk: Callable[[socket.socket], None]
) -> None:
    """Sans terme, la réponse finirait par arriver, et rien ne serait levé."""
    with pytest.raises(httpx.HTTPError), probe(serve(talk), 0.5) as http:
        http.get("/", timeout=60)


@pytest.mark.parametrize(
    "talk",
    [
        _drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", b"\r\n\r\n"),
        _drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
    ],
    ids=["drip", "hints"],
)
def test_a_response_that_hardly_begins_takes_the_time_of_one(
    serve: Callable[..., Path], talk: Callable[[socket.socket], None]
) -> None:
    """Chaque morceau faisait attendre le suivant : deux minutes par exercice, à calculer."""
    with pytest.raises(httpx.ReadTimeout), probe(serve(talk), 60) as http:
        http.get("/", timeout=1)


def test_an_endless_body_is_cut(
    serve: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_HTTP", 1_000_000)

    def talk(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.sendall(b"x" * 100_000)

    with pytest.raises(httpx.HTTPError), probe(serve(talk), 5) as http:
        http.get("/")


def test_a_redirection_is_not_followed(serve: Callable[..., Path]) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with probe(serve(lambda peer: peer.sendall(answer)), 2) as http:
        assert http.get("/").status_code == 302


def test_an_api_on_a_port_is_called_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with probe(f"http://127.0.0.1:{listener.getsockname()[1]}", 5) as http:
            assert http.get("/").status_code == 204
