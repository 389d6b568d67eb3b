"""L'entrée d'une classe : les adresses, et ce qui répond."""

from __future__ import annotations

import pytest

from helpers.errors import ServerError, SettingsError
from kit_minio.classroom.entrance import (
    Address,
    Entry,
    Found,
    check_certificate,
    is_local,
    look,
    read_address,
)

PLACE = Address("https", "salle", 9443)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.10", Address("https", "192.168.1.10", 9443)),
        (" 192.168.1.10:9500/ ", Address("https", "192.168.1.10", 9500)),
        ("https://minio.exemple.fr", Address("https", "minio.exemple.fr", 443)),
        ("http://salle:9000", Address("http", "salle", 9000)),
        ("[::1]:9443", Address("https", "::1", 9443)),
    ],
)
def test_an_address_is_read_as_it_is_written(text, address):
    assert read_address(text) == address
    assert read_address(str(address)) == address


@pytest.mark.parametrize("text", ["", "a b:c", "ftp://x", "x/y", "x:0", "x:99999", "u:p@x", "[::1"])
def test_another_text_is_refused_in_a_sentence(text):
    with pytest.raises(SettingsError, match="ne se comprend pas"):
        read_address(text)


def _entry(**changes: str) -> Entry:
    return Entry("TP", "Zoé", "e1", "b", "s", "clé", "secret", **changes)


def test_only_the_certificate_of_the_class_passes():
    pinned, public = _entry(certificate="ab"), _entry()
    check_certificate(PLACE, pinned, Found(200, b"", "ab", trusted=False))
    check_certificate(PLACE, public, Found(200, b"", "cd", trusted=True))
    plain = Address("http", "salle", 9000)
    check_certificate(plain, _entry(scheme="http"), Found(200, b"", "", trusted=False))
    for address, entry, found in (
        (PLACE, pinned, Found(200, b"", "cd", trusted=True)),
        (PLACE, public, Found(200, b"", "ab", trusted=False)),
        (plain, pinned, Found(200, b"", "", trusted=False)),  # le TLS a été ôté
        (PLACE, _entry(scheme="http"), Found(200, b"", "ab", trusted=True)),
    ):
        with pytest.raises(ServerError, match="n'a pas le certificat"):
            check_certificate(address, entry, found)


def test_keys_are_not_in_what_is_printed():
    assert "secret" not in repr(_entry())
    assert Entry.from_bytes(_entry(region="r").to_bytes()) == _entry(region="r")


def test_a_place_that_does_not_speak_http_is_a_sentence(tmp_path):
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as mute:
        threading.Thread(
            target=lambda: mute.accept()[0].sendall(b"SSH-2.0\r\n\r\n"), daemon=True
        ).start()
        with pytest.raises(ServerError, match="Personne ne répond"):
            look(Address("http", "127.0.0.1", mute.getsockname()[1]), "x")
    assert is_local("127.0.0.1") and is_local("localhost") and not is_local("salle")
