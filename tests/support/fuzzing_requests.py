"""Ce qu'une copie envoie au relais, lu comme h11 le lit : une cible de plus pour ``fuzzing``."""

from __future__ import annotations

from contextlib import suppress

import h11

from kit_minio.grading.execute.administration import check_form, kind_of
from kit_minio.grading.execute.budget import Budget, Refused
from kit_minio.grading.execute.exchange import Exchange
from kit_minio.grading.execute.limits import Limits

_FORM = b"Action=ListUsers&UserName=a"
REQUESTS = (
    b"PUT /b/k?partNumber=1&uploadId=a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET",
    b"GET /minio/admin/v3/../x?Action=GetUser HTTP/1.1\r\nHost: a\r\nA-B: c d\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_FORM), _FORM),
    b"PUT /b/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    b"3\r\nabc\r\n0\r\n\r\n",
)


def read_request(data: bytes) -> None:
    """Ce qu'une copie envoie au relais : lu comme h11 le lit, ou refusé."""
    exchange, other = Exchange(), h11.Connection(h11.SERVER)
    with suppress(h11.RemoteProtocolError, Refused, ValueError):
        if not exchange.begin(data):
            return
        Budget(Limits()).check(exchange.method, exchange.target, exchange.headers)
        kind_of(exchange.method, exchange.target, exchange.headers)
        exchange.body = b""
        exchange.go_on()
        check_form(exchange.body)
    if not exchange.method or "host" not in exchange.headers:
        return
    other.receive_data(data)
    event = other.next_event()
    assert isinstance(event, h11.Request)
    assert (event.method, event.target) == (exchange.method.encode(), exchange.target.encode())
    read = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
    assert read == exchange.headers
    if exchange.asked:
        event = other.next_event()
        while isinstance(event, h11.Data):
            event = other.next_event()
        assert isinstance(event, h11.EndOfMessage)
