"""Un bac à sable en marche : un zygote enfermé, qui donne un double de lui-même par copie."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from helpers.errors import system_cause
from helpers.files import ROOT
from kit_minio.grading.execute.environment import zygote_environment
from kit_minio.grading.execute.limits import SANDBOX_SECONDS
from kit_minio.grading.execute.sandbox.bubblewrap import bubblewrap_command
from kit_minio.grading.execute.sandbox.inside.request import Options
from kit_minio.grading.execute.sandbox.isolation import Isolation, is_root, start_error
from kit_minio.grading.execute.sandbox.link import Link, pair
from kit_minio.grading.execute.sandbox.podman import podman_command, removal_command
from kit_minio.grading.execute.sandbox.view import HOME, KIT, Mount, View, new_view
from kit_minio.grading.execute.workplace import Workplace

_ZYGOTE = "kit_minio.grading.execute.sandbox.inside.zygote"
_SOCKET = f"{KIT}/socket"  # là où le zygote d'un conteneur joint le correcteur


class Sandbox:
    """Un zygote en marche, qui donne un double par copie ; il meurt avec le correcteur.

    Au niveau 1, bubblewrap finit avec le fil qui l'a lancé : ce fil doit durer autant que lui.

    Args:
        isolation: le niveau voulu.
        host: l'hôte du serveur S3, que les copies doivent connaître par son nom.
        warm: importe d'avance ce dont les noyaux ont besoin.

    Raises:
        IsolationError: le programme qui enferme le zygote ne peut pas être lancé.
    """

    def __init__(self, isolation: Isolation, *, host: str = "localhost", warm: bool = True) -> None:
        self._level = isolation.level
        self._api = False
        self._folder = Workplace("bac")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - fermé avec le bac à sable
        self._listener: socket.socket | None = None
        self._control, inside = pair()
        with inside:
            try:
                self._process = self._launch(isolation, host, inside.fileno(), warm=warm)
            except BaseException:
                self._clean_up()
                raise

    def _launch(
        self, isolation: Isolation, host: str, inside: int, *, warm: bool
    ) -> subprocess.Popen[bytes]:
        """Lance le zygote, sans attendre qu'il soit prêt."""
        folder = self._folder.path
        view = new_view(folder, host) if self._level else None
        place = str(inside)
        if self._level == 2:  # un conteneur n'hérite d'aucune socket : il en trouve une
            self._listener, place = _listen(folder / "socket"), _SOCKET
        # -P et -s : ni le dossier courant ni celui de la personne ne s'ajoutent aux modules.
        zygote = [sys.executable, "-P", "-s", "-m", _ZYGOTE]
        zygote += [place, json.dumps(_options(isolation, view, warm=warm))]
        command = self._enclosing(isolation, view, folder) + zygote
        self._program = command[0]
        try:
            return subprocess.Popen(
                command,
                pass_fds=[inside],
                # podman a besoin du sien ; le conteneur n'en reçoit rien.
                env=None if self._level == 2 else zygote_environment(HOME, str(ROOT)),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,
            )
        except OSError as error:
            raise start_error(command[0], system_cause(error)) from error

    def _enclosing(self, isolation: Isolation, view: View | None, folder: Path) -> list[str]:
        """Renvoie la commande qui enferme le zygote ; au niveau 0, il n'y en a pas."""
        if view is None:
            return []
        if self._level == 1:
            return bubblewrap_command(view, nested=isolation.nested)
        meeting = Mount(folder / "socket", _SOCKET)
        return podman_command(view, self._name, folder / "racine", meeting)

    @property
    def _name(self) -> str:
        """Le nom du conteneur."""
        return f"kit-{self._folder.path.name}"

    def wait(self) -> None:
        """Attend que le zygote soit prêt ; à appeler une seule fois, avant ``fork()``.

        Raises:
            IsolationError: il ne démarre pas, ou ``kill()`` l'a arrêté.
        """
        try:
            if self._listener is not None:
                self._control.close()
                self._control = self._accept(self._listener)
            self._control.settimeout(SANDBOX_SECONDS)
            ready = self._control.recv(16)
        except OSError:
            ready = b""
        if ready != b"ready":
            raise start_error(self._program, self._last_words())

    def _accept(self, listener: socket.socket) -> socket.socket:
        """Attend la connexion du zygote, ou sa fin."""
        deadline = time.monotonic() + SANDBOX_SECONDS
        listener.settimeout(0.1)
        with listener:
            while self.alive and time.monotonic() < deadline:
                with suppress(TimeoutError):
                    return listener.accept()[0]
        raise TimeoutError

    def _last_words(self) -> str:
        """Renvoie la dernière ligne d'erreur du zygote, qui a une seconde pour finir."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._errors.seek(0)
        lines = self._errors.read(10_000).decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "sans message"

    @property
    def alive(self) -> bool:
        """Vrai tant que le zygote est en marche."""
        return self._process.poll() is None

    def fork(self, *, api: bool = False) -> Link:
        """Demande un double ; renvoie le lien par où lui décrire sa copie.

        La copie est décrite à son double, jamais au zygote dont les suivantes héritent.

        Args:
            api: vrai s'il servira une API ; la première fait importer au zygote ce qu'il y faut.

        Raises:
            OSError: le zygote ne répond plus.
        """
        ours, theirs = pair()
        with theirs:
            try:
                if api and not self._api:
                    self._api = True
                    self._control.send(b"api")
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return Link(ours)

    def kill(self) -> None:
        """Tue le zygote, depuis n'importe quel fil et sans attendre ; ``close()`` fera le reste."""
        if self.alive:
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Arrête le zygote et, au-dessus du niveau 0, tout ce qui en descend."""
        self._control.close()
        if self._level == 2:  # tuer podman laisserait le conteneur en marche
            subprocess.run(removal_command(self._name), capture_output=True, check=False)
        self.kill()
        self._process.wait()
        self._clean_up()

    def _clean_up(self) -> None:
        for opened in (self._control, self._listener, self._errors):
            if opened is not None:
                opened.close()
        self._folder.clear()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _options(isolation: Isolation, view: View | None, *, warm: bool) -> Options:
    """Renvoie ce que le zygote doit savoir."""
    return {
        "nested": isolation.nested,
        # Au niveau 1, c'est au zygote de quitter root ; podman le fait lui-même.
        "uid": view.uid if view is not None and isolation.level == 1 and is_root() else None,
        "scratch": view.scratch if view is not None else {},
        "warm": warm,
    }


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(path))
    path.chmod(0o666)  # le zygote n'a pas notre identité
    listener.listen(1)
    return listener
