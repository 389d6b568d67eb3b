"""Exécuter ``aws`` et ``mc`` depuis un notebook, sans qu'une clé se voie.

Les clés passent par l'environnement du programme : ni la ligne de commande, que lisent les autres
comptes de la machine, ni un fichier, ni un historique ne les contient.
"""

import importlib.util
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from helpers import server as servers
from helpers.errors import SettingsError
from helpers.server import Server, docker

_SETTINGS = Path(__file__).with_name("aws.ini")
_SECONDS = 300
_DATE = re.compile(r"(^)?(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d):\d\d", flags=re.M)
_PROGRESS = re.compile(r"Completed .+ with .+ remaining")
# Les transferts se font à plusieurs : l'ordre de ces lignes change d'une fois à l'autre.
_TRANSFER = re.compile(r"(\(dryrun\) )?(upload|download|copy|move|delete): |`.*` -> `|Removed `")


@dataclass(frozen=True)
class Command:
    """Une commande exécutée : sa ligne, son texte, son code de sortie."""

    line: str
    text: str  # ce qu'elle a répondu, erreurs comprises, sans retour à la ligne final
    code: int  # son code de sortie ; 0 quand tout va bien

    def __repr__(self) -> str:
        lines = [f"$ {self.line}", *([self.text] if self.text else [])]
        return "\n".join(lines + ([f"(code de sortie : {self.code})"] if self.code else []))


def terminal(line: str) -> Command:
    """Exécute une commande ``aws`` ou ``mc`` sur le serveur utilisé, et renvoie sa réponse.

    Elle s'écrit comme dans un terminal, sans tubes ni redirections. Les dates sont écrites
    ``20/11/2026 14:35``, les lignes de transferts triées et celles d'avancement retirées : deux
    exécutions se ressemblent. L'alias du serveur, pour ``mc``, est ``kit``. Sans ``mc`` sur cette
    machine, c'est celui du conteneur qui sert, quand le serveur est dans Docker : il ne voit pas
    les fichiers d'ici.

    Raises:
        SettingsError: ce n'est ni ``aws`` ni ``mc``, le programme manque, il ne finit pas, ou un
            guillemet n'est pas refermé.
    """
    program, *arguments = split(line) or [""]
    try:
        done = _run(program, arguments, servers.ensure())
    except subprocess.TimeoutExpired:
        raise SettingsError.of("terminal.slow", seconds=_SECONDS) from None
    return Command(line, _tidy(done.stdout + done.stderr), done.returncode)


def split(line: str, *, windows: bool = os.name == "nt") -> list[str]:
    r"""Sépare les mots d'une commande, comme le terminal de cette machine.

    Sous Windows, « \ » sépare des dossiers ; ailleurs, elle protège ce qui la suit.

    Raises:
        SettingsError: un guillemet n'est pas refermé.
    """
    words = shlex.shlex(line, posix=True, punctuation_chars=False)
    words.whitespace_split, words.commenters = True, ""
    if windows:
        words.escape = ""
    try:
        return list(words)
    except ValueError:
        raise SettingsError.of("terminal.quote") from None


def environment(server: Server, endpoint: str | None = None) -> dict[str, str]:
    """Renvoie les variables qui donnent à ``aws`` et à ``mc`` le serveur et les clés.

    ``endpoint`` est une autre adresse, quand le programme ne voit pas le serveur sous la sienne.
    """
    scheme, _, host = server.url.partition("://")
    token = server.session_token
    keys = filter(None, (server.access_key, server.secret_key, token))
    return {
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_ENDPOINT_URL": server.url,
        "AWS_DEFAULT_REGION": server.region,
        # Les réglages personnels pourraient mener à un autre serveur.
        "AWS_CONFIG_FILE": str(_SETTINGS),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "MC_CONFIG_DIR": str(servers.data_folder() / "mc"),
        "PYTHONUTF8": "1",
        "MC_HOST_kit": f"{scheme}://{':'.join(keys)}@{endpoint or host}",
    } | ({"AWS_SESSION_TOKEN": token} if token else {})


def _run(program: str, arguments: list[str], server: Server) -> subprocess.CompletedProcess[str]:
    found = _program(program, server)
    if not found:
        # Dans le conteneur, le serveur est à son adresse de toujours.
        inside = environment(server, "127.0.0.1:9000")["MC_HOST_kit"]
        command = ("exec", "-T", "-e", "MC_HOST_kit", "minio", "mc", *arguments)
        return docker.compose(*command, seconds=_SECONDS, MC_HOST_kit=inside)
    ours = ("AWS_", "MC_", "MINIO_")
    clean = {name: os.environ[name] for name in os.environ if not name.startswith(ours)}
    return subprocess.run(
        [*found, *arguments],
        env=clean | environment(server),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_SECONDS,
        check=False,
    )


def _program(name: str, server: Server) -> list[str]:
    """Renvoie de quoi lancer ``aws`` ou ``mc`` ; rien si c'est le ``mc`` du conteneur qui sert."""
    if name == "aws" and importlib.util.find_spec("awscli"):
        return [sys.executable, "-m", "awscli"]
    if name == "mc" and (found := shutil.which("mc")):
        return [found]
    if name == "mc" and server.way == "docker":
        return []
    raise SettingsError.of(f"terminal.{name if name in ('aws', 'mc') else 'other'}", name=name)


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n") if not _PROGRESS.match(line)]
    tidy: list[str] = []
    for transfers, group in itertools.groupby(lines, key=lambda line: bool(_TRANSFER.match(line))):
        run = list(group)
        tidy += sorted(run) if transfers else run
    return _DATE.sub(_french_date, "\n".join(tidy).strip("\n"))


def _french_date(found: re.Match[str]) -> str:
    start, year, month, day, time = found.groups()
    # En tête de ligne, la date ouvre une colonne : elle garde sa largeur.
    return f"{day}/{month}/{year} {time}" + ("   " if start is not None else "")
