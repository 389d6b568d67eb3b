"""L'adresse d'un port dans le navigateur, d'après les variables de chaque endroit."""

from __future__ import annotations

import socket

import pytest
from fastapi import FastAPI

from helpers import connect, serve, show_page
from helpers.server.addresses import (
    forwarded_path,
    is_near,
    missing_proxy,
    seen_from_browser,
    unreachable,
    with_tunnel,
)

HUB = {"JUPYTERHUB_SERVICE_PREFIX": "/user/zo%C3%A9/"}
CODESPACES = {
    "CODESPACE_NAME": "octocat-parakeet-mld5",
    "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev",
}
PLACES = {
    "hub": (HUB, "/user/zo%C3%A9/proxy/8100"),
    "codespaces": (CODESPACES, "https://octocat-parakeet-mld5-8100.app.github.dev"),
    "code-server, par un chemin": (
        {"VSCODE_PROXY_URI": "https://ide.exemple.org/proxy/{{port}}/"},
        "https://ide.exemple.org/proxy/8100",
    ),
    "code-server, par un hôte": (
        {"VSCODE_PROXY_URI": "https://{{port}}.ide.exemple.org"},
        "https://8100.ide.exemple.org",
    ),
    "code-server, relatif": ({"VSCODE_PROXY_URI": "./proxy/{{port}}"}, None),
    "codespaces, sans domaine": ({"CODESPACE_NAME": "octocat"}, None),
    "cette machine": ({}, None),
}


def at(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name in (*HUB, *CODESPACES, "VSCODE_PROXY_URI", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("variables", "address"), PLACES.values(), ids=PLACES)
def test_a_port_has_the_address_that_its_place_gives(monkeypatch, variables, address):
    at(monkeypatch, variables)
    assert seen_from_browser(8100) == address


@pytest.mark.parametrize(
    ("variables", "headers", "path"),
    [
        ({}, {"host": "ailleurs.exemple.org"}, None),
        (HUB, {"host": "127.0.0.1:8100"}, None),
        (HUB, {"host": "localhost:8100"}, None),
        (HUB, {"host": "hub.exemple.org"}, "/user/zo%C3%A9/proxy/8100"),
        (HUB, {"host": "hub", "x-forwarded-context": "/user/ana/proxy/8100"},
         "/user/ana/proxy/8100"),
        (CODESPACES, {"host": "localhost:8100", "x-forwarded-host": "a-8100.app.github.dev"}, ""),
        (CODESPACES, {"host": "localhost:8100"}, None),
        ({"VSCODE_PROXY_URI": "https://ide.exemple.org/proxy/{{port}}/"},
         {"host": "ide.exemple.org"}, "/proxy/8100"),
    ],
)  # fmt: skip
def test_a_request_of_the_kernel_is_not_one_of_the_browser(monkeypatch, variables, headers, path):
    at(monkeypatch, variables)
    assert forwarded_path(8100, headers) == path


@pytest.mark.parametrize(
    ("host", "near"),
    [("127.0.0.1", True), ("localhost", True), ("minio", True), ("s3.exemple.org", False),
     (None, False)],
)  # fmt: skip
def test_a_name_without_a_dot_is_one_of_the_kernel_only(host, near):
    assert is_near(host) is near


@pytest.mark.needs("chromium")
def test_a_jupyter_without_its_proxy_is_said_once(bench, monkeypatch, capsys):
    """Celui du kit n'a pas jupyter-server-proxy ; avec un autre, voir test_hub.py."""
    prefix = {"JUPYTERHUB_SERVICE_PREFIX": "/", "JUPYTERHUB_SERVICE_URL": f"{bench.lab.base}/"}
    at(monkeypatch, prefix | {"JUPYTERHUB_API_TOKEN": bench.lab.token})
    missing_proxy.cache_clear()
    try:
        assert "jupyter-server-proxy manque" in (missing_proxy() or "")
        connect()
        assert "redémarrez votre serveur Jupyter" in capsys.readouterr().out
        assert unreachable() == missing_proxy()
    finally:
        missing_proxy.cache_clear()
    at(monkeypatch, {})


def test_a_hub_that_does_not_answer_is_not_accused(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    service = {"JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}/user/ana/"}
    at(monkeypatch, {"JUPYTERHUB_SERVICE_PREFIX": "/user/ana/"} | service)
    missing_proxy.cache_clear()
    assert missing_proxy() is None
    missing_proxy.cache_clear()


def test_where_ports_have_no_address_the_page_says_so(monkeypatch):
    at(monkeypatch, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"})
    page = show_page("http://127.0.0.1:8100", "Page")._repr_html_()
    assert "ni les pages du noyau : ici (Onyxia" in page
    with serve(FastAPI(), name="essai-adresse") as api:
        assert "Appelez l&#x27;API depuis le notebook" in api._repr_html_()
        at(monkeypatch, {"VSCODE_PROXY_URI": "https://ide.exemple.org/proxy/{{port}}/"})
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
        assert unreachable() is None
        assert f'href="https://ide.exemple.org/proxy/{api.port}/docs"' in api._repr_html_()


@pytest.mark.parametrize(
    "variables",
    [{"VSCODE_PROXY_URI": "./proxy/{{port}}"}, {"CODESPACE_NAME": "octocat"}],
    ids=["code-server, relatif", "codespaces, sans domaine"],
)
def test_an_editor_that_does_not_tell_its_address_is_said_with_the_remedy(
    monkeypatch, capsys, variables
):
    at(monkeypatch, variables)
    connect()
    assert 'Donnez-la : os.environ["VSCODE_PROXY_URI"]' in capsys.readouterr().out
    assert "cet éditeur n&#x27;en dit pas" in show_page("http://127.0.0.1:81", "P")._repr_html_()
    monkeypatch.setenv("VSCODE_PROXY_URI", "https://ide.exemple.org/proxy/{{port}}")
    assert unreachable() is None


@pytest.mark.parametrize(
    ("url", "says"), [("http://127.0.0.1:9000", True), ("https://minio.exemple.org", False)]
)
def test_where_ports_have_no_address_connect_says_so_of_a_near_server(monkeypatch, url, says):
    at(monkeypatch, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"})
    assert bool(unreachable(url)) is says


def test_in_onyxia_the_embedded_server_is_announced_with_what_it_cannot_do(monkeypatch, capsys):
    at(monkeypatch, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"})
    connect()
    assert "ni les liens 127.0.0.1 ni les pages du noyau" in capsys.readouterr().out


@pytest.mark.parametrize(
    "variables", [HUB, CODESPACES, {"CODESPACE_NAME": "a"}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}]
)
def test_a_page_of_this_machine_is_told_with_a_tunnel_where_the_browser_is_elsewhere(
    monkeypatch, variables
):
    at(monkeypatch, variables)
    assert "ssh -L 9001:127.0.0.1:9001" in with_tunnel("http://127.0.0.1:9001")
    at(monkeypatch, {})
    assert with_tunnel("http://127.0.0.1:9001/#jeton") == "http://127.0.0.1:9001/#jeton"
