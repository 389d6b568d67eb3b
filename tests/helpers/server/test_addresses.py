"""L'adresse d'un port dans le navigateur, d'après les variables de chaque endroit."""

from __future__ import annotations

import pytest

from helpers.server.addresses import forwarded_path, is_near, seen_from_browser

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
    for name in (*HUB, *CODESPACES, "VSCODE_PROXY_URI"):
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
