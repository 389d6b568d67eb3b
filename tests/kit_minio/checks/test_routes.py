"""Appeler une route : ce qu'un statut apprend, les routes qui sont là, les champs d'une réponse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Form, HTTPException

from kit_minio.checks.applications import in_service
from kit_minio.checks.exchanges import Reply, Silent
from kit_minio.checks.model import Context, Review, Todo
from kit_minio.checks.routes import (
    ask,
    call,
    done,
    exists,
    expect_values,
    fields,
    judging,
    reading,
    require,
)
from tests.support.hostile_api import hostile_server, silence


@contextmanager
def _context(app: FastAPI) -> Iterator[Context]:
    client: Any = None
    with in_service(app) as url, httpx.Client(base_url=url) as http:
        yield Context(client, "espace", 1, "essai", http=http)


def test_an_api_that_stays_silent_is_soon_asked_no_more() -> None:
    client: Any = None
    with hostile_server(silence) as (url, heads), httpx.Client(base_url=url) as http:
        context = Context(client, "espace", 1, "essai", http=http)
        with pytest.raises(Silent, match=r"GET /a : pas de réponse en 0.3 s"):
            ask(context, "GET", "/a", seconds=0.3)
        with pytest.raises(Silent, match=r"GET /b : pas de réponse en 1 s"):
            ask(context, "GET", "/b", seconds=60)
        with pytest.raises(Silent, match=r"GET /c : pas appelée"):
            ask(context, "GET", "/c")
        assert len(heads) == 2
        assert heads[1].startswith(b"GET /b")


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/documents/{name}")
    def document(name: str, size: int = 0) -> dict[str, int]:
        return {"size": len(name) // size}

    @app.post("/documents", status_code=202)
    def deposit(title: str = Form()) -> dict[str, str]:
        return {"title": title}

    return app


def test_each_status_says_what_it_teaches() -> None:
    app = _app()

    @app.get("/returned", response_model=None)
    def returned() -> Any:
        return HTTPException(404)

    @app.get("/annotated")
    def annotated() -> dict[str, str]:
        return HTTPException(404)  # type: ignore[return-value]

    @app.get("/tuple", response_model=None)
    def pair() -> Any:
        return {"error": "absent"}, 404

    @app.get("/slash/")
    def slash() -> None: ...

    wrong = {
        "/documents/a?size=0": "la route a levé une exception, ZeroDivisionError",
        "/documents/a?size=b": "votre fonction n'accepte pas « b » pour un paramètre de requête",
        "/returned": "statut 200 au lieu de 404 : l'exception est renvoyée au lieu d'être levée",
        "/annotated": "l'exception est renvoyée au lieu d'être levée",
        "/tuple": "statut 200 au lieu de 404 : FastAPI ne lit pas un statut rangé dans un tuple",
        "/slash": "barre finale",
        "/nowhere": "statut 404 au lieu de 200",
        "/documents": "cette adresse a une route, mais pas pour la méthode GET",
    }
    with _context(app) as context:
        for path, message in wrong.items():
            status = 200 if path == "/nowhere" else 404
            with pytest.raises(Review, match=f"GET .*{message}".replace("?", r"\?")):
                call(context, "GET", path, status)
        with pytest.raises(Review, match="qui n'a pas un champ de formulaire « title »"):
            done(context, "POST", "/documents")
        assert done(context, "POST", "/documents", data={"title": "a"}).status == 202
        with pytest.raises(Review, match="statut 202 au lieu de 201"):
            call(context, "POST", "/documents", 201, data={"title": "a"})


def test_a_500_of_its_own_is_not_an_exception() -> None:
    assert reading(Reply(500, b"{}"), "GET", "200") == "statut 500 au lieu de 200"


def test_a_route_is_found_where_it_answers() -> None:
    app, mounted = _app(), FastAPI()

    @app.put("/{collection}")
    def put(collection: str) -> None: ...

    @mounted.get("/photos/{key:path}")
    def photo(key: str) -> None: ...

    app.mount("/albums", mounted)
    with _context(app) as context:
        found = {
            route: exists(context, route)
            for route in ("GET /documents/{id}", "PUT /retention", "GET /albums/photos/{key}")
        }
        missing = {
            route: exists(context, route) for route in ("POST /backup", "GET /elsewhere/{id}")
        }
    assert set(found.values()) == {True}
    assert set(missing.values()) == {False}


def test_an_application_without_any_route_is_to_do() -> None:
    with _context(FastAPI()) as context, pytest.raises(Todo):
        require(context, "GET /documents")
    with _context(_app()) as context, pytest.raises(Review, match="n'a pas la route demandée"):
        require(context, "GET /health")


def test_a_route_declared_twice_is_told_when_it_is_refused() -> None:
    app = FastAPI()

    @app.get("/a")
    def first() -> dict[str, int]:
        return {"value": 1}

    @app.get("/a")
    def second() -> dict[str, int]:
        return {"value": 2}

    with _context(app) as context:
        with pytest.raises(Review) as told:  # noqa: SIM117
            with judging(context, "GET /a"):
                expect_values(call(context, "GET", "/a", 200), value=2)
        assert "deux fonctions pour GET /a" in told.value.message
        assert "Le champ « value » n'a pas la bonne valeur." in told.value.message
        with judging(context, "GET /a"):
            expect_values(call(context, "GET", "/a", 200), value=1)


def test_fields_may_be_more_than_asked_and_numbers_are_numbers() -> None:
    assert fields({"key": "a", "size": 3.0, "more": []}, key=str, size=int) == ["a", 3.0]
    for value, message in (
        ({"cle": "a"}, "Le champ « key » manque"),
        ({"key": 3}, "n'est pas du bon type"),
        (["key"], "n'est pas un objet JSON"),
        ({"key": None}, "n'est pas du bon type"),
    ):
        with pytest.raises(Review, match=message):
            fields(value, key=str)
    for size in ("3", True, 3.5, float("nan")):
        with pytest.raises(Review, match="n'est pas du bon type"):
            fields({"size": size}, size=int)
