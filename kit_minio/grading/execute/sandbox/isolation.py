"""L'isolation des copies : trois niveaux, dont chacun est reconnu en l'essayant.

    0  un processus à part, des limites et des identifiants propres ; protège des accidents
       (le seul hors de Linux)
    1  bubblewrap : espaces de noms, système de fichiers par liste blanche, S3 pour seul réseau
    2  un conteneur podman par copie, qui donne la même garantie là où bubblewrap manque

Un *bac à sable* (``Sandbox``) est un zygote en marche ; il donne un double par copie. Rien de ce
que l'enseignant possède n'y est visible : ni solutions, ni vérifications, ni tests, ni ``.env``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from helpers.errors import KitError, system_cause
from helpers.files import ROOT

_SENTENCES = {
    0: "niveau 0 : chaque copie est un processus à part, ce qui protège des accidents seulement",
    1: "niveau 1 : chaque copie est enfermée par bubblewrap, et n'atteint que son espace S3",
    2: "niveau 2 : chaque copie est enfermée dans un conteneur, et n'atteint que son espace S3",
}
HOME = "/eleve"  # le dossier personnel d'une copie, dans le bac à sable
_KIT = "/opt/kit"
_START_SECONDS = 60.0
_REPLY_SECONDS = 20.0
_MEGA = 1024 * 1024
_NOBODY = 64_999  # un identifiant que personne ne porte, quand le correcteur est root
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/mime.types",
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
# Tout ce qu'une copie voit du kit : ce qu'un notebook importe, et le noyau du bac à sable.
_INSIDE = "kit_minio/grading/execute/sandbox/inside"
_VISIBLE = ("helpers", *(f"{_INSIDE}/{name}.py" for name in ("kernel", "output", "zygote")))


class IsolationError(KitError):
    """Le niveau d'isolation voulu n'est pas là, ou un bac à sable ne démarre pas."""


@dataclass(frozen=True)
class Isolation:
    """Un niveau d'isolation qui a été essayé.

    Attributes:
        level: 0, 1 ou 2.
        nested: vrai si un même bac à sable sert à toutes les copies, chacune dans ses propres
            espaces de noms ; faux s'il en faut un par copie (ou au niveau 0).
        tried: pourquoi les niveaux supérieurs ne sont pas là, en français.
        host: l'hôte du serveur S3, que le bac à sable doit connaître par son nom.
        forks: vrai si un zygote se dédouble ; faux hors de Linux, où le niveau 0 emploie des
            interpréteurs démarrés d'avance (``started``).
    """

    level: int
    nested: bool
    tried: tuple[str, ...] = field(default=())
    host: str = "localhost"
    forks: bool = sys.platform == "linux"

    @property
    def sentence(self) -> str:
        """La phrase qui annonce le niveau."""
        return level_sentence(self.level, " ; ".join(self.tried))

    @property
    def shared(self) -> bool:
        """Vrai si un seul bac à sable sert à toutes les copies."""
        return self.nested or (self.level == 0 and self.forks)

    def start(self, *, warm: bool = True) -> Sandbox:
        """Démarre un bac à sable.

        Args:
            warm: importe d'avance ce dont les noyaux ont besoin.

        Raises:
            IsolationError: il ne démarre pas.
        """
        return Sandbox(self, warm=warm)


def level_sentence(level: int, more: str = "") -> str:
    """Renvoie la phrase qui dit ce que garantit un niveau, avec une précision s'il en faut une."""
    return f"Isolation de {_SENTENCES[level]}{f' ({more})' if more else ''}."


def find_isolation(
    *, minimum: int = 1, accept_no_isolation: bool = False, only: int | None = None
) -> Isolation:
    """Renvoie le plus haut niveau d'isolation utile ici : le 1, le 2 s'il manque, enfin le 0.

    Args:
        minimum: le niveau en dessous duquel rien n'est exécuté.
        accept_no_isolation: accepte le niveau 0, où une copie malveillante peut tout.
        only: n'essaie que ce niveau.

    Raises:
        IsolationError: aucun niveau permis n'est là ; le message dit ce qui a été essayé.
    """
    reasons: list[str] = []
    for level, nested in ((1, True), (1, False), (2, False)):
        if level < minimum or only not in (None, level):
            continue
        if _root() and level == 1 and not nested:
            continue  # root peut toujours donner à chaque copie ses propres espaces de noms
        reason = _missing(level)
        if reason is None:
            found = Isolation(level, nested, tuple(reasons))
            try:
                _try(found)
                return found
            except IsolationError as error:
                reason = error.fact.rstrip(".")
            except OSError as error:
                reason = f"le niveau {level} ne démarre pas ({system_cause(error)})"
        reasons = list(dict.fromkeys([*reasons, reason]))
    if minimum <= 0 and only in (None, 0):
        reason = _no_level_0(accept_no_isolation)
        if reason is None:
            return Isolation(0, False, tuple(reasons))
        reasons.append(reason)
    raise IsolationError(
        f"Les copies ne peuvent pas être isolées au niveau {only or minimum} : "
        f"{' ; '.join(reasons) or 'aucun niveau permis'}.",
        "Installez bubblewrap (sudo apt install bubblewrap) ou podman, sous Linux ; "
        "--accept-no-isolation exécute les copies avec vos droits, sans protection.",
    )


def _missing(level: int) -> str | None:
    """Renvoie pourquoi un niveau n'a pas à être essayé ici, ou ``None``."""
    if sys.platform != "linux":
        return f"le niveau {level} demande Linux"
    if level == 1 and shutil.which("bwrap") is None:
        return "bubblewrap n'est pas installé"
    if level == 2 and shutil.which("podman") is None:
        return "podman n'est pas installé"
    return None


def _no_level_0(accepted: bool) -> str | None:
    """Renvoie pourquoi le niveau 0 ne s'emploie pas ici, ou ``None``."""
    if not accepted:
        return "le niveau 0 n'a pas été accepté"
    who = "qu'administrateur" if sys.platform == "win32" else "que root"
    return f"le niveau 0 ne s'emploie jamais en tant {who}" if _root() else None


def _root() -> bool:
    """Dit si ce processus a tous les droits sur la machine."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0


def _try(isolation: Isolation) -> None:
    """Démarre un bac à sable et un double, puis les arrête."""
    with isolation.start(warm=False) as sandbox:
        ours, theirs = new_link()
        with ours:
            sandbox.fork(theirs)
            os.close(receive(ours, "pid")["pid"])


# --- Un bac à sable en marche -------------------------------------------------------------------


class Sandbox:
    """Un zygote en marche, qui donne un double par copie ; il meurt avec le correcteur.

    Le noyau Linux tue le bac à sable à la fin du fil qui l'a créé.

    Raises:
        IsolationError: le zygote ne démarre pas.
    """

    def __init__(self, isolation: Isolation, *, warm: bool = True) -> None:
        self.isolation = isolation
        self._api = False
        self._folder = tempfile.TemporaryDirectory(prefix="kit-bac-")
        folder = Path(self._folder.name)
        self._control, inside = _pair()
        listener: socket.socket | None = None
        place = str(inside.fileno())
        if isolation.level == 2:  # un conteneur n'hérite d'aucune prise : il en trouve une
            listener, place = _listen(folder / "prise"), f"{_KIT}/prise"
        self._name = f"kit-{folder.name}"
        command = _COMMANDS[isolation.level](isolation, folder)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - fermé avec le bac à sable
        # -P et -s : ni le dossier courant ni celui de la personne ne s'ajoutent aux modules.
        command += [
            sys.executable,
            "-P",
            "-s",
            "-m",
            "kit_minio.grading.execute.sandbox.inside.zygote",
        ]
        command += [place, json.dumps(_options(isolation, warm=warm))]
        try:
            self._process = subprocess.Popen(
                command,
                pass_fds=[inside.fileno()],
                # podman a besoin du sien ; le conteneur n'en reçoit rien.
                env=None if isolation.level == 2 else sandbox_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,
            )
        except OSError as error:
            self._folder.cleanup()
            raise _start_error(command[0], system_cause(error)) from error
        finally:
            inside.close()
        try:
            if listener is not None:
                self._control.close()
                self._control = self._accept(listener)
            self._control.settimeout(_START_SECONDS)
            ready = self._control.recv(16)
        except OSError:
            ready = b""
        if ready != b"ready":
            said = last_words(self._process, self._errors)
            self.close()
            raise _start_error(command[0], said)

    def _accept(self, listener: socket.socket) -> socket.socket:
        """Attend la connexion du zygote, ou sa fin."""
        deadline = time.monotonic() + _START_SECONDS
        listener.settimeout(0.1)
        with listener:
            while self.alive and time.monotonic() < deadline:
                with suppress(TimeoutError):
                    return listener.accept()[0]
        raise TimeoutError

    @property
    def alive(self) -> bool:
        """Vrai tant que le zygote est en marche."""
        return self._process.poll() is None

    def fork(self, link: socket.socket, *, api: bool = False) -> None:
        """Demande un double, qui parlera au correcteur par ``link`` ; ferme ce bout-ci.

        Args:
            link: le bout du double.
            api: vrai s'il servira une API ; la première fait importer au zygote ce qu'il y faut.

        Raises:
            OSError: le zygote ne répond plus.
        """
        with link:
            if api and not self._api:
                self._api = True
                self._control.send(b"api")
            socket.send_fds(self._control, [b"f"], [link.fileno()])

    def close(self) -> None:
        """Arrête le zygote et, au-dessus du niveau 0, tout ce qui en descend."""
        self._control.close()
        if self.isolation.level == 2:  # tuer podman laisserait le conteneur en marche
            remove = [*_podman(), "rm", "--force", "--time=0", "--ignore", self._name]
            subprocess.run(remove, capture_output=True, check=False)
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._errors.close()
        self._folder.cleanup()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def last_words(process: subprocess.Popen[Any], errors: IO[bytes]) -> str:
    """Renvoie la dernière ligne d'erreur d'un processus, qui a une seconde pour finir."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)
    errors.seek(0)
    lines = errors.read(10_000).decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "sans message"


def new_link() -> tuple[socket.socket, socket.socket]:
    """Renvoie les deux bouts d'une prise : le nôtre, borné dans le temps, et celui de la copie."""
    ours, theirs = _pair()
    ours.settimeout(_REPLY_SECONDS)
    return ours, theirs


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(path))
    path.chmod(0o666)  # le zygote n'a pas notre identité ; le dossier, lui, reste introuvable
    listener.listen(1)
    return listener


def _pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def receive(link: socket.socket, *wanted: str) -> dict[str, int]:
    """Renvoie les descripteurs qu'un double donne au correcteur, dans l'ordre où ils viennent.

    Args:
        link: notre bout de la prise.
        wanted: leurs noms : ``pid`` pour l'arrêter, ``s3`` pour relayer.

    Raises:
        IsolationError: il n'a pas pu s'isoler.
    """
    found: dict[str, int] = {}
    while set(found) != set(wanted):
        try:
            data, fds, _, _ = socket.recv_fds(link, 1000, 1)
        except OSError as error:
            data, fds = str(error).encode(), []
        name = data.decode(errors="replace")
        if name not in wanted or len(fds) != 1 or name in found:
            for fd in [*fds, *found.values()]:
                os.close(fd)
            raise _start_error("un double", name or "sans message")
        found[name] = fds[0]
    return found


_NAMESPACES = (
    "Sous Ubuntu 24.04, bubblewrap a besoin de son profil AppArmor ; dans un conteneur, "
    "de pouvoir créer des espaces de noms."
)
_REMEDIES = {
    "bwrap": _NAMESPACES,
    "un double": _NAMESPACES,
    "podman": "« podman info » doit réussir sous ce compte ; sans être root, podman demande le "
    "paquet uidmap et une plage d'identifiants dans /etc/subuid et /etc/subgid.",
}


def _start_error(program: str, said: str) -> IsolationError:
    name = Path(program).name
    return IsolationError(
        f"Le bac à sable ne démarre pas ({name} : {said}).",
        _REMEDIES.get(name, "Vérifiez l'installation du kit : « python3 kit.py doctor »."),
    )


# --- Les commandes ------------------------------------------------------------------------------


def sandbox_environment() -> dict[str, str]:
    """Renvoie l'environnement d'un zygote : rien de celui du correcteur."""
    return {
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        # Deux exécutions rangent un ensemble dans le même ordre.
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def _options(isolation: Isolation, *, warm: bool) -> dict[str, object]:
    """Renvoie ce que le zygote doit savoir."""
    drop = isolation.level == 1 and _root()
    return {
        "nested": isolation.nested,
        "uid": _NOBODY if drop else None,
        "scratch": _scratch() if isolation.level else {},
        "warm": warm,
    }


def _bare(isolation: Isolation, folder: Path) -> list[str]:
    return []


def _python_folders() -> list[Path]:
    """Renvoie les dossiers de l'interpréteur que /usr ne contient pas."""
    folders = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}
    return sorted(folder for folder in folders if not folder.is_relative_to("/usr"))


def _scratch() -> dict[str, int]:
    """Renvoie les dossiers où une copie peut écrire, et leur taille en octets."""
    sizes = {HOME: 256 * _MEGA, "/dev/shm": 64 * _MEGA}  # noqa: S108
    if not any(folder.is_relative_to("/tmp") for folder in _python_folders()):  # noqa: S108
        sizes["/tmp"] = 256 * _MEGA  # noqa: S108
    return sizes


def _bubblewrap(isolation: Isolation, folder: Path) -> list[str]:
    root = _root()
    command = [shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try"]
    command += ["--hostname", "eleve", "--clearenv"]
    for name, value in (sandbox_environment() | {"PYTHONPATH": _KIT}).items():
        command += ["--setenv", name, value]
    if not root:
        command += ["--unshare-user", "--cap-drop", "ALL", "--proc", "/proc"]
    else:
        # Le zygote monte /proc puis quitte root : bwrap, lancé par root, en masquerait une partie.
        command += ["--dir", "/proc"]
    if not isolation.nested:
        command += ["--disable-userns"]
    # Un dossier que bwrap crée de lui-même n'est ouvert qu'à root.
    opened = {"/dev", "/etc", "/opt", _KIT}
    opened |= {str(parent) for name in _VISIBLE for parent in Path(_KIT, name).parents}
    opened |= {str(parent) for folder in _python_folders() for parent in folder.parents}
    for name in sorted(opened - {"/"}):
        command += ["--dir", name]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        place = Path("/") / name
        if place.is_symlink():
            command += ["--symlink", str(place.readlink()), str(place)]
        elif place.exists():
            command += ["--ro-bind", str(place), str(place)]
    for name in _SYSTEM_FILES:
        command += ["--ro-bind-try", name, name]
    command += _written_files(folder, isolation.host)
    for device in _DEVICES:
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    command += ["--symlink", "/proc/self/fd", "/dev/fd"]
    for python in _python_folders():
        command += ["--ro-bind", str(python), str(python)]
    command += _kit_files()
    for target, size in _scratch().items():
        if isolation.nested:
            command += ["--dir", target]
        else:
            command += ["--perms", "0700", "--size", str(size), "--tmpfs", target]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--"]


def _written_files(folder: Path, host: str) -> list[str]:
    """Écrit les fichiers de /etc que le bac à sable ne prend pas à la machine."""
    uid = _NOBODY if _root() else os.getuid()
    texts = {
        "/etc/hosts": f"127.0.0.1 localhost {host}\n",
        "/etc/passwd": f"eleve:x:{uid}:{uid}::{HOME}:/bin/sh\n",
        "/etc/group": f"eleve:x:{uid}:\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    folder.chmod(0o755)
    arguments: list[str] = []
    for name, text in texts.items():
        path = folder / Path(name).name
        path.write_text(text, encoding="utf-8")
        arguments += ["--ro-bind", str(path), name]
    return arguments


def _kit_files() -> list[str]:
    """Rend visible ce que l'élève importe, et rien de ce qui sert à le juger."""
    arguments: list[str] = []
    for name in _VISIBLE:
        arguments += ["--ro-bind", str(ROOT / name), f"{_KIT}/{name}"]
    return arguments


def _podman() -> list[str]:
    """Renvoie podman et ses réglages ; sans systemd, il lui en faut d'autres."""
    program = shutil.which("podman") or "podman"
    if Path("/run/systemd/system").exists():
        return [program]
    runtime = ["--runtime=runc"] if shutil.which("runc") else []
    return [program, *runtime, "--cgroup-manager=cgroupfs"]


def _container(isolation: Isolation, folder: Path) -> list[str]:
    """Un conteneur par copie, sur un système de fichiers fait des dossiers de la machine."""
    root = folder / "racine"
    for name in ("usr", "proc", "dev", "sys", "etc", "tmp", "run", "opt"):
        (root / name).mkdir(parents=True)
    command = [*_podman(), "run", "--rm", f"--name=kit-{folder.name}", "--network=none"]
    command += ["--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL"]
    command += ["--security-opt=no-new-privileges"]
    command += ["--pids-limit=256", "--memory=2g", "--memory-swap=2g", "--cpus=1"]
    command += ["--ulimit=nofile=512:512", "--ulimit=nproc=256:256", "--shm-size=64m"]
    command += ["--hostname=eleve", "--workdir=/", "--no-hosts", "--http-proxy=false"]
    if _root():
        command += [f"--user={_NOBODY}:{_NOBODY}"]
    else:
        command += ["--userns=keep-id", f"--user={os.getuid()}:{os.getgid()}"]
    for name, value in (sandbox_environment() | {"PYTHONPATH": _KIT}).items():
        command += [f"--env={name}={value}"]
    shown = {"/usr": "/usr", str(folder / "prise"): f"{_KIT}/prise"}
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        place = Path("/") / name
        if place.is_symlink():
            (root / name).symlink_to(place.readlink())
        elif place.exists():
            shown[str(place)] = str(place)
    shown |= {name: name for name in _SYSTEM_FILES if Path(name).exists()}
    shown |= {str(python): str(python) for python in _python_folders()}
    shown |= _read_only(_written_files(folder, isolation.host)) | _read_only(_kit_files())
    for source, target in shown.items():
        command += [f"--volume={source}:{target}:ro"]
    for target, size in _scratch().items():
        if target != "/dev/shm":  # noqa: S108
            command += [f"--tmpfs={target}:size={size},mode=1777,nosuid,nodev"]
    return [*command, "--rootfs", str(root)]


def _read_only(arguments: list[str]) -> dict[str, str]:
    """Renvoie, par source, les cibles d'arguments de bwrap ``--ro-bind SOURCE CIBLE``."""
    return dict(zip(arguments[1::3], arguments[2::3], strict=True))


_COMMANDS: dict[int, Callable[[Isolation, Path], list[str]]] = {
    0: _bare,
    1: _bubblewrap,
    2: _container,
}
