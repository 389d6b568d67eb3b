"""Une application servie depuis un notebook : adresse, arrêt, Swagger UI sans réseau."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

from helpers import serve, serving
from helpers.errors import KitError, SettingsError
from tests.support.browser import (
    errors,
    run_all,
    screenshot,
)

NAME = "test"


def hello(word: str = "bonjour") -> FastAPI:
    app = FastAPI(title="Essai")

    @app.get("/mot")
    def word_route() -> str:
        return word

    return app


@contextmanager
def answering_slowly() -> Iterator[serving.ServedApi]:
    """Sert une application dont une requête en cours retient l'arrêt, une seconde au plus."""
    app = hello()

    @app.get("/lente")
    async def slow() -> None:
        await asyncio.sleep(60)

    api = serve(app, name=NAME)
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /lente HTTP/1.1\r\nHost: essai\r\n\r\n")
        time.sleep(0.2)
        yield api


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(autouse=True)
def own_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Une autre étape, qui sert aussi des applications, ne prend pas un port rendu ici."""
    monkeypatch.setattr(serving, "PORTS", range(8300, 8400))


@pytest.fixture(autouse=True)
def no_thread_left(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    if "bench" in request.fixturenames:
        return  # l'application est servie par le noyau ; ici, les fils sont ceux de playwright
    # Le fil d'une route interrompue finit de lui-même.
    deadline = time.monotonic() + 5
    while (left := set(threading.enumerate()) - before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def test_app_answers_at_its_address_until_it_is_stopped() -> None:
    api = serve(hello(), name=NAME)
    assert httpx.get(f"{api.url}/mot").json() == "bonjour"
    assert api.running
    api.stop()
    api.stop()
    assert not api.running
    assert is_free(api.port)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{api.url}/mot")


def test_ten_reruns_keep_the_port_replace_the_app_and_leave_no_thread() -> None:
    before = threading.active_count()
    ports = set()
    for number in range(10):
        api = serve(hello(f"mot {number}"), name=NAME)
        ports.add(api.port)
        assert httpx.get(f"{api.url}/mot").json() == f"mot {number}"
        # Le fil du serveur, et celui de la route.
        assert threading.active_count() <= before + 2
    assert len(ports) == 1
    api.stop()
    assert is_free(api.port)


def test_port_is_never_free_from_one_run_of_the_cell_to_the_next() -> None:
    with answering_slowly() as first:
        again: list[serving.ServedApi] = []
        rerun = threading.Thread(target=lambda: again.append(serve(hello(), name=NAME)))
        rerun.start()
        while rerun.is_alive():
            with pytest.raises(OSError), socket.create_server(("127.0.0.1", first.port)):
                pass
            time.sleep(0.01)
    with again[0]:
        assert httpx.get(f"{first.url}/mot").json() == "bonjour"


def test_another_port_is_taken_where_the_previous_one_is_no_longer_free() -> None:
    first = serve(hello(), name=NAME)
    first.stop()
    with socket.create_server(("127.0.0.1", first.port)), serve(hello(), name=NAME) as second:
        assert second.port != first.port
        assert httpx.get(f"{second.url}/mot").json() == "bonjour"


def test_two_names_are_two_servers() -> None:
    with serve(hello("un"), name="un") as one, serve(hello("deux"), name="deux") as two:
        assert one.port != two.port
        assert httpx.get(f"{one.url}/mot").json() == "un"
        assert httpx.get(f"{two.url}/mot").json() == "deux"


def test_context_manager_stops_the_server_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), serve(hello(), name=NAME) as api:
        raise ZeroDivisionError
    assert not api.running
    assert is_free(api.port)


def test_only_this_machine_can_connect() -> None:
    with serve(hello(), name=NAME) as api:
        assert urlsplit(api.url).hostname == "127.0.0.1"
        addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
        for address in addresses - {"127.0.0.1", "::1"}:
            with pytest.raises(OSError), socket.create_connection((address, api.port), timeout=1):
                pass


def test_request_in_progress_does_not_hold_the_stop_for_long() -> None:
    with answering_slowly() as api:
        api.stop()
        assert not api.running
    assert is_free(api.port)


def test_endless_answer_ends_with_its_reader_and_does_not_hold_the_stop() -> None:
    app = hello()

    @app.get("/sans-fin")
    async def endless() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 65536

        return StreamingResponse(pieces())

    api = serve(app, name=NAME)
    with httpx.stream("GET", f"{api.url}/sans-fin") as answer:
        next(answer.iter_raw())
    assert httpx.get(f"{api.url}/mot", timeout=5).json() == "bonjour"
    with httpx.stream("GET", f"{api.url}/sans-fin") as answer:
        next(answer.iter_raw())
        api.stop()
    assert not api.running


def test_route_added_while_the_app_is_served_answers_and_is_documented() -> None:
    app = hello()
    with serve(app, name=NAME) as api:
        assert httpx.get(f"{api.url}/openapi.json").json()["paths"].keys() == {"/mot"}

        @app.get("/nouvelle")
        def new() -> str:
            return "oui"

        assert httpx.get(f"{api.url}/nouvelle").json() == "oui"
        paths = httpx.get(f"{api.url}/openapi.json").json()["paths"]
        assert paths.keys() == {"/mot", "/nouvelle"}


def test_exception_handler_added_after_a_request_works_once_served_again() -> None:
    app = FastAPI()

    @app.get("/")
    def fails() -> None:
        raise LookupError

    with serve(app, name=NAME) as api:
        assert httpx.get(api.url).status_code == 500

    @app.exception_handler(LookupError)
    def not_found(request: Request, error: LookupError) -> JSONResponse:
        return JSONResponse({}, 404)

    with serve(app, name=NAME) as api:
        assert httpx.get(api.url).status_code == 404


def test_startup_and_shutdown_of_the_app_are_run() -> None:
    steps = []

    @asynccontextmanager
    async def lifespan(app: FastAPI):
        steps.append("début")
        yield
        steps.append("fin")

    with serve(FastAPI(lifespan=lifespan), name=NAME):
        assert steps == ["début"]
    assert steps == ["début", "fin"]


def test_app_that_fails_to_start_is_said_and_leaves_nothing() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI):
        raise LookupError("pas de réglages")
        yield

    with pytest.raises(KitError, match="n'a pas démarré"):
        serve(FastAPI(lifespan=lifespan), name=NAME)
    with serve(hello(), name=NAME) as api:
        assert httpx.get(f"{api.url}/mot").json() == "bonjour"


@pytest.mark.parametrize("wrong", [None, "app", FastAPI])
def test_anything_but_an_app_is_refused(wrong) -> None:
    with pytest.raises(SettingsError, match="attend une application FastAPI"):
        serve(wrong)


def test_displays_say_where_the_app_answers_or_that_it_is_stopped() -> None:
    app = FastAPI(title="<script>alert(1)</script>")
    with serve(app, name=NAME) as api:
        assert api.url in repr(api)
        assert f'href="{api.url}/docs"' in api._repr_html_()
        assert "<script" not in api._repr_html_()
        assert "<script>alert" not in httpx.get(f"{api.url}/docs").text
    assert "arrêtée" in repr(api)
    assert api.url not in api._repr_html_()


def test_behind_a_hub_the_docs_and_redirects_are_under_the_path_of_the_browser(monkeypatch) -> None:
    """jupyter-server-proxy ôte le chemin, et le dit dans X-Forwarded-Context."""
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ana/")
    app = hello()

    @app.get("/dossier/")
    def folder(request: Request) -> str:
        return str(request.url_for("word_route"))

    with serve(app, name=NAME) as api:
        root = f"/user/ana/proxy/{api.port}"
        assert api._repr_html_().count(f'="{root}/docs"') == 2
        sent = {"Host": "hub.exemple.org", "X-Forwarded-Context": root}
        with httpx.Client(base_url=api.url, headers=sent) as browser:
            assert browser.get("/openapi.json").json()["servers"] == [{"url": root}]
            assert browser.get("/mot").json() == "bonjour"
            moved = browser.get("/dossier").headers["location"]
            assert moved == f"http://hub.exemple.org{root}/dossier/"
            assert browser.get("/dossier/").json() == f"http://hub.exemple.org{root}/mot"
            page = browser.get("/docs").text
            addresses = re.findall(r"(?:src|href)=\"([^\"]+)|url: '([^']+)", page)
            assert {address for pair in addresses for address in pair if address} == {
                "swagger-ui/swagger-ui-bundle.js",
                "swagger-ui/swagger-ui.css",
                "swagger-ui/favicon.png",
                "openapi.json",
            }
        assert "servers" not in httpx.get(f"{api.url}/openapi.json").json(), "le noyau, lui, non"


def test_app_without_docs_has_no_link_to_them() -> None:
    with serve(FastAPI(docs_url=None), name=NAME) as api:
        assert "docs" not in api._repr_html_()
        assert httpx.get(f"{api.url}/docs").status_code == 404


def test_docs_at_another_address_are_offline_too() -> None:
    with serve(FastAPI(docs_url="/aide"), name=NAME) as api:
        page = httpx.get(f"{api.url}/aide").text
        assert "https://" not in page
        for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
            assert name in page
            assert httpx.get(f"{api.url}/swagger-ui/{name}").status_code == 200


CELL = """
from fastapi import FastAPI, UploadFile
from helpers import serve

app = FastAPI(title="Essai")

@app.post("/documents")
def upload(file: UploadFile) -> int:
    return file.size

serve(app)
"""


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_swagger_ui_opens_in_the_notebook_without_internet(bench) -> None:
    outside, docs = [], []

    def filter_requests(route) -> None:
        parts = urlsplit(route.request.url)
        if parts.hostname not in ("127.0.0.1", "localhost", None):
            outside.append(route.request.url)
            route.abort()
            return
        if parts.path == "/docs":
            docs.append(route.request.url)
        route.continue_()

    with bench.opened("api", CELL) as page:
        page.route("**/*", filter_requests)
        run_all(page)
        assert errors(page) == []
        page.get_by_text("Afficher Swagger UI ici").wait_for()
        page.wait_for_timeout(500)
        assert docs == []
        page.get_by_text("Afficher Swagger UI ici").click()
        frame = page.frame_locator("iframe[title='Swagger UI de Essai']")
        frame.get_by_text("/documents").click()
        frame.get_by_role("button", name="Try it out").click()
        frame.locator("input[type=file]").set_input_files(
            {"name": "note.txt", "mimeType": "text/plain", "buffer": b"bonjour"}
        )
        frame.get_by_role("button", name="Execute").click()
        frame.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
        screenshot(page, "swagger")
        assert len(docs) == 1
        assert outside == []
        page.unroute("**/*")
