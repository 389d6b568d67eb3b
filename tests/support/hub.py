"""Un vrai JupyterHub, son proxy pris par npm, et des personnes qui n'atteignent que lui."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route

from helpers.server.ports import is_free
from tests.support.browser import SECONDS, Bench, Lab, clean_environment, new_context

_PROXY = "configurable-http-proxy@4.6.3"
_PORTS = range(8410, 8700, 3)  # trois à la suite
_CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = {proxy}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "kit_minio.hub"]
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True"]
c.Spawner.environment = {{"KIT_SERVER": "embedded"}}
c.LocalProcessSpawner.interrupt_timeout = 1  # au premier signal, Jupyter pose une question
c.Spawner.start_timeout = c.Spawner.http_timeout = {seconds}
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": {seconds}}}
"""


@dataclass
class Hub:
    """Un hub en marche : son adresse, et le dossier où sont les dossiers personnels."""

    url: str
    folder: Path
    log: Path
    process: subprocess.Popen[bytes]


@dataclass
class Person(Bench):
    """Quelqu'un devant le hub, dans un profil à part ; ``refused`` est ce qu'il n'atteint pas."""

    refused: list[str] = field(default_factory=list)

    @contextmanager
    def shown(self, path: str) -> Iterator[Page]:
        """Ouvre un notebook dans l'onglet de la personne, même si un échec l'a fermé."""
        if self.page is None:
            with self.visited(self.lab.url, f"hub-{Path(path).stem}"):
                pass
        with super().shown(path) as page:
            yield page


def program(cache: pytest.Cache) -> Path:
    """Renvoie configurable-http-proxy, installé par npm une fois pour toutes."""
    folder = cache.mkdir(_PROXY.replace("@", "-"))
    path = folder / "node_modules" / ".bin" / "configurable-http-proxy"
    if not path.exists():
        npm = shutil.which("npm")
        try:
            assert npm, "npm n'est pas installé"
            command = [npm, "install", "--prefix", str(folder), "--silent", "--no-fund", _PROXY]
            subprocess.run(command, capture_output=True, timeout=300, check=True)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"Le proxy de JupyterHub n'a pas pu être pris par npm ({error}).")
    return path


@contextmanager
def running_hub(folder: Path, proxy: Path) -> Iterator[Hub]:
    """Lance un hub, attend qu'il réponde, et arrête tout à la fin."""
    first = next(p for p in _PORTS if all(is_free(port) for port in range(p, p + 3)))
    config = folder / "jupyterhub_config.py"
    config.write_text(
        _CONFIG.format(
            port=first, hub=first + 1, api=first + 2, folder=folder, python=sys.executable,
            proxy=json.dumps(["node", str(proxy)]), seconds=SECONDS,
        ),
        encoding="utf-8",
    )  # fmt: skip
    log = folder / "hub.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=folder,
            env=clean_environment(folder),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    hub = Hub(f"http://127.0.0.1:{first}", folder, log, process)
    try:
        deadline = time.monotonic() + SECONDS
        while not _answers(hub.url):
            told = log.read_text(encoding="utf-8")
            assert process.poll() is None, f"le hub n'a pas démarré :\n{told}"
            assert time.monotonic() < deadline, f"le hub ne répond pas :\n{told}"
            time.sleep(0.2)
        yield hub
    finally:
        process.terminate()
        try:
            process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/hub/health").is_success
    except httpx.HTTPError:
        return False


def arrive(hub: Hub, name: str) -> Person:
    """Fait entrer quelqu'un : le hub ouvre son laboratoire, sur l'accueil."""
    context = new_context()
    lab = Lab(hub.process, f"{hub.url}/user/{quote(name)}/lab", hub.log)  # type: ignore[arg-type]
    person = Person(lab, hub.folder / name / ".kit-minio" / "travail", context)

    def only_the_hub(route: Route) -> None:
        url = urlsplit(route.request.url)
        if f"{url.scheme}://{url.netloc}" == hub.url or url.scheme in ("data", "blob"):
            route.continue_()
        else:
            person.refused.append(route.request.url)
            route.abort()

    context.route("**/*", only_the_hub)
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/hub/spawn/{name}")
    page.locator("#username_input").fill(name)
    page.locator("#password_input").fill("mot de passe")
    page.locator("#login_submit").click()
    page.wait_for_url(f"{lab.url}**")
    page.close()
    with person.visited(lab.url, f"hub-{name}"):
        pass
    return person
