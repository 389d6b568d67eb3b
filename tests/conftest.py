"""Ce que tous les tests partagent : leurs réglages, un serveur S3, les programmes de la machine.

Le serveur est celui de ``KIT_SERVER`` (``embedded`` par défaut) ; le kit le démarre lui-même, dans
un dossier de données jetable.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from minio import Minio

from helpers import connect
from kit_minio.suite.processes import kill_servers, processes_in
from tests.support.disks import disk

if TYPE_CHECKING:
    from tests.support.browser import Bench

# Pour chaque outil, des commandes dont une au moins doit réussir : être sur le PATH ne suffit pas.
_TRIALS = {
    "bubblewrap": ("bwrap --unshare-all --ro-bind / / true",),
    "chromium": ("chromium --version", "chromium-browser --version", "google-chrome --version"),
    "go": ("go version",),
    "iptables": ("iptables --version",),
    "podman": ("podman info",),
}

# Ce qui décrit un serveur existant, ou l'endroit où est le navigateur.
_PLACES = (
    "MINIO_",
    "AWS_",
    "JUPYTERHUB_",
    "CODESPACE",
    "GITHUB_CODESPACES",
    "VSCODE_",
    "KUBERNETES_",
)


@cache
def _works(tool: str) -> bool:
    """Dit si l'outil fonctionne vraiment ici."""
    if tool == "podman" and sys.platform != "linux":
        return False  # Ailleurs, il passe par une machine virtuelle qui ne voit pas nos fichiers.
    for trial in _TRIALS[tool]:
        try:
            subprocess.run(trial.split(), capture_output=True, timeout=60, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        return True
    return False


def pytest_configure(config: pytest.Config) -> None:
    """Déclare les marqueurs."""
    config.addinivalue_line(
        "markers",
        f"needs(*outils): le test est ignoré sans ces outils, et échoue si CI=true "
        f"({', '.join(_TRIALS)})",
    )
    config.addinivalue_line(
        "markers",
        "both_servers: ce que dit le test dépend du serveur S3 ; il passe aussi sur MinIO",
    )
    config.addinivalue_line("markers", "slow: seul « kit.py test --all » lance le test")
    config.addinivalue_line("markers", "browser: le test emploie Chromium ; posé d'office")
    # En arrière-plan (« & », nohup), nos programmes hériteraient de signaux ignorés.
    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            default = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
            signal.signal(number, default)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marque les tests d'un navigateur, et les fait passer en dernier.

    playwright laisse au fil principal une boucle asyncio, dont nbclient ne veut pas.
    """
    for item in items:
        if any("chromium" in mark.args for mark in item.iter_markers("needs")):
            item.add_marker("browser")
    # Et test_lab.py avant les autres du navigateur : ils gardent l'onglet qu'il ouvre.
    items.sort(
        key=lambda item: (
            item.get_closest_marker("browser") is not None,
            item.path.name != "test_lab.py",
        )
    )


def pytest_unconfigure() -> None:
    """Ferme Chromium."""
    if "tests.support.browser" in sys.modules:
        sys.modules["tests.support.browser"].close_browser()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Ignore un test dont un outil manque ; en intégration continue, le fait échouer."""
    wanted = [tool for marker in item.iter_markers("needs") for tool in marker.args]
    missing = [tool for tool in dict.fromkeys(wanted) if not _works(tool)]
    if missing:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(f"Ce test a besoin de {', '.join(missing)}, qui ne fonctionne pas ici.")


# --- Réglages et serveur ------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def session_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Remplace les réglages de la personne par un dossier de données jetable.

    À la fin, rien ne doit rester en marche dans les dossiers jetables.
    """
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        way = os.environ.get("KIT_SERVER", "embedded")
        for name in list(os.environ):
            if name.startswith(_PLACES):
                patch.delenv(name)
        for name in ("KIT_ID", "KIT_SPACE"):
            patch.delenv(name, raising=False)
        patch.setenv("KIT_SERVER", way)
        patch.setenv("KIT_DATA", str(folder))
        yield folder
        kill_servers(folder)
    left = processes_in(tmp_path_factory.getbasetemp())
    kill_servers(tmp_path_factory.getbasetemp())
    assert not left, "des tests ont laissé des processus"


@pytest.fixture(autouse=True)
def same_settings() -> Iterator[None]:
    """Rend ses réglages à la session : ``connect(users=True)`` peut changer ceux du processus."""
    before = {name: value for name, value in os.environ.items() if name.startswith("KIT_")}
    yield
    for name in [name for name in os.environ if name.startswith("KIT_")]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture
def client() -> Minio:
    """Un client du serveur de la session."""
    return connect(quiet=True)


@pytest.fixture(scope="session")
def bench(session_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """La commande du kit, lancée pour la session : tous les tests de notebooks s'y succèdent."""
    from tests.support.browser import (
        Bench,
        clean_environment,
        copy_kit,
        kit_command,
        new_context,
        running_lab,
    )

    home = tmp_path_factory.mktemp("home")
    environment = clean_environment(home, KIT_DATA=str(session_data))
    with running_lab(kit_command(), environment, copy_kit(home)) as lab:
        yield Bench(lab, session_data / "travail", new_context())


@pytest.fixture
def kit_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Un dossier de données à ce seul test, qui démarre et arrête ses propres serveurs."""
    folder = tmp_path / "données du kit"
    monkeypatch.setenv("KIT_DATA", str(folder))
    yield folder
    kill_servers(tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Un disque de 48 Mio, dossier de données du kit."""
    with disk(tmp_path / "disque", "size=48m") as folder:
        monkeypatch.setenv("KIT_DATA", str(folder))
        yield folder
        kill_servers(tmp_path)
