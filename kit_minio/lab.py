"""Le JupyterLab du kit : en français, ouvert sur son accueil, pour cette machine seulement.

Les réglages par défaut se trouvent dans ``kit_minio/jupyter/labconfig``, l'onglet de l'accueil dans
``kit_minio/jupyter/labextensions`` ; ceux que la personne a choisis dans JupyterLab (langue, thème,
raccourcis) passent devant.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from helpers.components.forms import IN_THE_LAB
from helpers.display import say
from helpers.errors import SettingsError
from helpers.server import data_folder
from helpers.server.addresses import seen_from_browser
from helpers.server.ports import free_ports
from kit_minio import catalogue
from kit_minio.home.copies import HOME

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

FIRST_LESSON = "notebooks/00-demarrage.ipynb"
_OURS = Path(__file__).parent / "jupyter"
_PORT, _PORTS = 8888, 50  # le premier essayé, et combien le sont
_SHOWN = "localhost"  # l'hôte des adresses ; JupyterLab n'écoute que sur 127.0.0.1
# SIGHUP et SIGBREAK : la fenêtre du terminal se ferme (le premier sous Unix, l'autre sous Windows).
_STOP_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def run_lab(root: Path, port: int | None, browser: bool, notebook: str = "") -> int:
    """Exécute JupyterLab dans ce processus jusqu'à son arrêt (Ctrl+C, par exemple) ; renvoie 0.

    Args:
        root: le dossier que JupyterLab montre ; si c'est celui de travail, l'accueil s'ouvre.
        port: port souhaité, 8888 par défaut ; s'il est pris, JupyterLab en choisit un autre.
        browser: ouvre aussi le navigateur.
        notebook: chemin d'un notebook à ouvrir aussitôt, relatif à ``root``.

    Raises:
        ServerError: aucun port n'est libre.
        SettingsError: un réglage de Jupyter est faux sur cette machine.
    """
    # Une seconde d'importation, que les autres commandes n'ont pas à attendre.
    from jupyter_server.serverapp import ServerApp
    from jupyterlab.labapp import LabApp

    starting, first = ExitStack(), port or _PORT
    # Jupyter regarde quel port est libre, et le prend plus tard : un autre kit qui s'ouvre au même
    # instant aurait pu le prendre.
    port = starting.enter_context(free_ports(iter(range(first, first + _PORTS)), (0,)))
    token = secrets.token_urlsafe(24)
    page = f"/lab/tree/{quote(notebook)}" if (root / notebook).is_file() else "/lab"
    options = [
        *kit_options(root),
        f"--ServerApp.extra_template_paths={_OURS / 'templates'}",  # la page d'un refus
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        # Le Python du Microsoft Store cache au navigateur le fichier de redirection.
        f"--ServerApp.use_redirect_file={sys.platform != 'win32'}",
        # Écoute locale et jeton : rien ne s'oppose à root, courant dans les conteneurs.
        "--ServerApp.allow_root=True",
        f"--IdentityProvider.token={token}",
        f"--LabApp.default_url={page}",
    ]
    # Jupyter répondrait en anglais à un signal qui survient avant _stop_without_question.
    ServerApp.init_signal = lambda self: None  # type: ignore[method-assign]
    try:
        server = LabApp.initialize_server(argv=options)
    except SystemExit as stopped:
        raise SettingsError(
            "JupyterLab n'a pas démarré : il en écrit la raison ci-dessus, en anglais.",
            "Corrigez le réglage de Jupyter en cause, ou choisissez un autre port avec --port.",
        ) from stopped
    # Un onglet fermé au milieu d'un message n'est pas une erreur à montrer.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    _stop_without_question(server)
    # Les objets du store s'ouvrent sous 127.0.0.1 : une page déposée n'y lit pas nos cookies.
    server.ip = _SHOWN
    url = f"http://{_SHOWN}:{server.port}{server.default_url}?token={token}"
    if there := seen_from_browser(server.port):
        far = urlsplit(there)
        if not far.hostname or far.path:  # un chemin : JupyterLab écrirait les siens sans lui
            say(f"Votre navigateur n'atteint pas ce JupyterLab : il est sur une autre machine.\n"
                f"Dans l'éditeur où vous êtes, ouvrez {root / HOME}.")  # fmt: skip
        else:
            settings: dict[str, Any] = server.web_app.settings
            settings["local_hostnames"] = [*settings["local_hostnames"], far.hostname]
            settings["allow_origin"] = there
            url = url.replace(f"http://{_SHOWN}:{server.port}", there, 1)
    # Au premier tour de boucle : le port est alors ouvert.
    server.io_loop.add_callback(starting.close)
    server.io_loop.add_callback(say, f"JupyterLab est prêt ; Ctrl+C l'arrête. Son adresse :\n{url}")
    server.start()
    return 0


def kit_options(root: Path) -> list[str]:
    """Règle l'environnement de ce processus, et renvoie ce que tout JupyterLab du kit a d'options.

    Args:
        root: le dossier que JupyterLab montre.
    """
    import zmq
    from jupyterlab.commands import get_user_settings_dir

    preferences = get_user_settings_dir()
    _use_kit_configuration()
    catalogue.complete()
    os.environ[IN_THE_LAB] = "1"  # notre extension apporte la feuille de style
    encryption = "auto" if zmq.has("curve") else "disabled"
    return [
        f"--ServerApp.root_dir={root}",
        "--Application.log_level=ERROR",
        # Sans chiffrement, chaque noyau écrit un avertissement en anglais dans le terminal.
        f"--MappingKernelManager.transport_encryption={encryption}",
        f"--LabApp.extra_labextensions_path={_OURS / 'labextensions'}",
        f"--LabApp.user_settings_dir={preferences}",
        f"--LabApp.workspaces_dir={data_folder() / 'jupyter' / 'workspaces'}",
    ]


def _use_kit_configuration() -> None:
    """Remplace la configuration de serveur de la personne (``~/.jupyter``) par celle du kit.

    Son dossier racine, son mot de passe ou ses extensions conviennent à d'autres projets.
    """
    os.environ["JUPYTER_CONFIG_DIR"] = str(data_folder() / "jupyter")
    _put_first("JUPYTER_CONFIG_PATH", _OURS)
    # Le noyau « python3 » est celui de cet interpréteur, même si un autre est installé ailleurs.
    _put_first("JUPYTER_PATH", Path(sys.prefix) / "share" / "jupyter")


def _put_first(variable: str, folder: Path) -> None:
    """Place un dossier en tête d'une variable d'environnement qui en liste plusieurs."""
    others = os.environ.get(variable)
    os.environ[variable] = f"{folder}{os.pathsep}{others}" if others else str(folder)


def _stop_without_question(server: ServerApp) -> None:
    """Arrête JupyterLab et ses noyaux au premier signal d'arrêt, au lieu de demander en anglais."""

    def stop(number: int, frame: FrameType | None) -> None:
        # Un second Ctrl+C interrompt un arrêt qui traîne.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server.stop(from_signal=True)

    for name in _STOP_SIGNALS:
        number = getattr(signal, name, None)
        # Un signal ignoré le reste : « nohup » le veut ainsi.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
