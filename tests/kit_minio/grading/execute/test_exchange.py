"""Suivre une requête et sa réponse, quel que soit le découpage des octets."""

from __future__ import annotations

import h11
import pytest

from kit_minio.grading.execute.exchange import Exchange, refusal

PUT = b"PUT /b/k HTTP/1.1\r\nHost: s3\r\nX-Amz-Date: d\r\nContent-Length: 4\r\n\r\ndata"
CHUNKED = (
    b"PUT /b/k HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndata\r\n0\r\n\r\n"
)
GET = b"GET /b HTTP/1.1\r\nHost: s3\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("sent", [PUT, CHUNKED, GET], ids=["put", "chunked", "get"])
def test_the_end_of_a_request_is_found(sent: bytes, size: int) -> None:
    exchange, begun, rest = Exchange(), False, b""
    data = sent + b"NEXT"
    while data and not exchange.asked:
        piece, data = data[:size], data[size:]
        if begun:
            rest = exchange.go_on(piece)
        else:
            begun = exchange.begin(piece)
            rest = exchange.go_on() if begun else b""
    assert rest + data == b"NEXT"
    assert exchange.changes is (sent != GET)
    assert exchange.headers["host"] == "s3"


ANSWERS = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "nothing": b"HTTP/1.1 204 No Content\r\n\r\n",
    "continue": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("name", ANSWERS)
def test_the_end_of_an_answer_is_found(name: str, size: int) -> None:
    exchange, data = Exchange(), ANSWERS[name]
    exchange.begin(PUT)
    while data:
        assert not exchange.answered.is_set()
        exchange.see(data[:size])
        data = data[size:]
    assert exchange.answered.is_set()


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    exchange = Exchange()
    exchange.begin(GET)
    exchange.see(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc")
    assert not exchange.answered.is_set()
    exchange.see(b"")
    assert exchange.answered.is_set()


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        PUT.replace(b"Length: 4", b"Length: 4\r\nContent-Length: 5"),
        PUT.replace(b"Length: 4", b"Length: -4"),
        PUT.replace(b"Length: 4", b"Length: +4"),
        PUT.replace(b"Length: 4", b"Length: 4 4"),
        PUT.replace(b"Length: 4", b"Length: 4\r\n 4"),
        PUT.replace(b"Length: 4", b"Length: 4\r\nX: \0"),
        PUT.replace(b"Length: 4", b"Length: 4\r\nTransfer-Encoding: gzip"),
        PUT.replace(b"Host: s3", b"Host : s3"),
    ],
)
def test_what_is_read_in_two_ways_is_refused(sent: bytes) -> None:
    with pytest.raises(h11.RemoteProtocolError):
        Exchange().begin(sent)


@pytest.mark.parametrize(
    "more",
    [b"\r\nContent-Length: 4", b"\nContent-Length: 9", b"\r\nTransfer-Encoding: chunked"],
    ids=["twice", "bare newline", "chunked"],
)
def test_an_unusual_head_is_read_as_h11_reads_it(more: bytes) -> None:
    sent = PUT.replace(b"Length: 4", b"Length: 4" + more)
    exchange, h11_one = Exchange(), h11.Connection(h11.SERVER)
    h11_one.receive_data(sent)
    try:
        event = h11_one.next_event()
    except h11.RemoteProtocolError:
        with pytest.raises(h11.RemoteProtocolError):
            exchange.begin(sent)
        return
    assert exchange.begin(sent)
    assert exchange.headers == {name.decode(): value.decode() for name, value in event.headers}
    entire = isinstance(h11_one.next_event(), h11.Data)
    exchange.go_on()
    assert exchange.asked is entire


def test_an_answer_to_a_head_request_has_no_body() -> None:
    exchange = Exchange()
    exchange.begin(GET.replace(b"GET", b"HEAD"))
    exchange.see(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
    assert exchange.answered.is_set()
    assert not exchange.changes


def test_a_refusal_reads_like_an_answer_of_s3() -> None:
    exchange = Exchange()
    exchange.begin(PUT)
    exchange.see(refusal("QuotaExceeded", "Trop."))
    assert exchange.answered.is_set()
    assert b"<Code>QuotaExceeded</Code>" in refusal("QuotaExceeded", "Trop.")
