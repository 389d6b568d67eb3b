"""Se connecter avec des identifiants temporaires qu'un autre programme tient à jour.

Le *fichier de jeton* est un objet JSON, celui qu'AWS attend d'un ``credential_process``::

    {"Version": 1, "AccessKeyId": "…", "SecretAccessKey": "…", "SessionToken": "…",
     "Expiration": "2026-11-20T18:00:00Z"}

Sont compris aussi les noms qu'écrivent d'autres outils (``access_key``, ``AWS_SECRET_ACCESS_KEY``,
``Token``…), et la réponse de ``aws sts assume-role``, où tout est sous ``Credentials``. Sans
``Expiration``, le jeton vaut jusqu'à ce que le serveur le refuse.

Le kit lit ce fichier et ne le renouvelle jamais : c'est le travail du programme qui l'écrit.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from minio import Minio
from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider

from helpers.errors import ContentError, system_cause
from helpers.files import write_at_once
from helpers.french import moment
from helpers.s3 import HttpPool
from helpers.server import REGION, parse_endpoint

_MAX_SIZE = 64 * 1024  # octets
# Les noms d'un jeton, en minuscules, sans « _ » ni « aws » au début.
_NAMES = (
    ("accesskeyid", "accesskey"),
    ("secretaccesskey", "secretkey"),
    ("sessiontoken", "token"),
    ("expiration", "credentialexpiration"),
)


class TokenFile(Provider):
    """Des identifiants lus dans un fichier de jeton, et relus quand il change.

    Plusieurs fils d'exécution peuvent s'en servir à la fois. minio-py appelle ``retrieve`` avant de
    signer chaque requête : un jeton neuf sert dès la requête suivante.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = Lock()
        self._content = b""
        self._current: Credentials | None = None

    def retrieve(self) -> Credentials:
        """Renvoie les identifiants du moment.

        Un fichier vide ou à demi écrit laisse les précédents en service, tant qu'ils valent.

        Raises:
            ContentError: le fichier est absent ou illisible et rien de valable n'a été lu avant,
                ou les identifiants ont expiré.
        """
        with self._lock:
            try:
                # Comparer le contenu, et non la date : deux écritures peuvent porter la même.
                content = _bytes(self.path)
                if content != self._content or self._current is None:
                    self._current, self._content = parse_token(content, self.path), content
            except ContentError:
                if self._current is None or _expired(self._current):
                    raise
            if _expired(self._current):
                date = moment(_end(self._current))
                raise ContentError.of("tokens.expired", path=self.path, date=date)
            return self._current


def connect_from_token(endpoint: str, path: str | Path) -> Minio:
    """Renvoie un client dont les clés sont celles d'un fichier de jeton, relu quand il change.

    Args:
        endpoint: l'adresse du serveur, avec ou sans ``http://``.
        path: le fichier de jeton, qu'un autre programme tient à jour.

    Raises:
        ContentError: le fichier est absent ou illisible, ou le jeton a expiré. Chaque requête
            peut ensuite lever la même erreur.
        SettingsError: l'adresse ne se comprend pas.
    """
    host, secure = parse_endpoint(endpoint)
    tokens = TokenFile(path)
    tokens.retrieve()  # mieux vaut l'apprendre ici qu'à la première requête
    return Minio(
        endpoint=host, secure=secure, credentials=tokens, region=REGION, http_client=HttpPool()
    )


def credentials_for_arrow(endpoint: str, path: str | Path) -> dict[str, str]:
    """Renvoie de quoi ouvrir un ``pyarrow.fs.S3FileSystem`` avec un fichier de jeton.

        files = S3FileSystem(**credentials_for_arrow(endpoint, path))

    Ces identifiants sont figés dans le système de fichiers : rouvrez-en un quand le jeton change.
    ``endpoint``, ``path`` et les erreurs sont ceux de ``connect_from_token``.
    """
    host, secure = parse_endpoint(endpoint)
    found = TokenFile(path).retrieve()
    options = {
        "access_key": found.access_key,
        "secret_key": found.secret_key,
        "endpoint_override": host,
        "scheme": "https" if secure else "http",
        "region": REGION,
    }
    return options | ({"session_token": found.session_token} if found.session_token else {})


def read_token(path: str | Path) -> Credentials:
    """Lit un fichier de jeton, expiré ou non.

    Raises:
        ContentError: il est absent, vide, à demi écrit, ou ses noms ne sont pas ceux d'un jeton.
    """
    return parse_token(_bytes(Path(path)), Path(path))


def write_token(path: str | Path, credentials: Credentials) -> None:
    """Écrit un fichier de jeton, lisible du seul propriétaire.

    Args:
        path: le fichier ; un lecteur voit l'ancien ou le nouveau, jamais un mélange.
        credentials: ce que renvoie ``retrieve()`` d'un fournisseur de minio-py.
    """
    end = _end(credentials)
    document = {
        "Version": 1,
        "AccessKeyId": credentials.access_key,
        "SecretAccessKey": credentials.secret_key,
        "SessionToken": credentials.session_token,
        "Expiration": end and end.isoformat().replace("+00:00", "Z"),
    }
    kept = {name: value for name, value in document.items() if value}
    write_at_once(Path(path), json.dumps(kept).encode(), private=True)


def parse_token(content: bytes, path: Path) -> Credentials:
    """Renvoie les identifiants que dit le contenu d'un fichier de jeton, comme ``read_token``.

    ``path`` sert aux messages, qui ne citent aucune valeur.
    """
    if not content.strip():
        raise _unusable(path, "il est vide")
    try:
        document = json.loads(content) if len(content) <= _MAX_SIZE else None
    except (ValueError, RecursionError):
        why = "ce n'est pas du JSON complet, mais à demi écrit, ou d'un autre format"
        raise _unusable(path, why) from None
    if isinstance(document, dict) and isinstance(document.get("Credentials"), dict):
        document = document["Credentials"]
    if not isinstance(document, dict):
        raise _unusable(path, "ce n'est pas un objet JSON")
    texts = {
        name.lower().replace("_", "").removeprefix("aws"): value.strip()
        for name, value in document.items()
        if isinstance(value, str)
    }
    access, secret, session, end = (
        next((texts[name] for name in names if texts.get(name)), "") for names in _NAMES
    )
    labels = {"la clé d'accès": access, "la clé secrète": secret}
    if missing := [label for label, value in labels.items() if not value]:
        names = ", ".join(sorted(document)[:8])[:200] or "aucun"
        raise _unusable(path, f"il manque {' et '.join(missing)} (noms trouvés : {names})")
    try:
        date = datetime.fromisoformat(end) if end else None
    except ValueError:
        raise _unusable(path, "la date d'expiration ne se comprend pas") from None
    return Credentials(
        access_key=access,
        secret_key=secret,
        session_token=session or None,
        expiration=date.replace(tzinfo=date.tzinfo or UTC) if date else None,
    )


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_SIZE + 1)
    except OSError as error:
        cause = system_cause(error)
        raise ContentError.of("tokens.unreadable", path=path, cause=cause) from error


def _unusable(path: Path, why: str) -> ContentError:
    return ContentError.of("tokens.unusable", path=path, why=why)


def _end(credentials: Credentials) -> datetime | None:
    """Renvoie l'heure d'expiration ; minio-py la garde en temps universel, sans le dire."""
    end = credentials.expiration
    return end.replace(tzinfo=UTC) if end else None


def _expired(credentials: Credentials) -> bool:
    # Credentials.is_expired() compte expiré un jeton qui vaut encore dix secondes.
    end = _end(credentials)
    return end is not None and end <= datetime.now(UTC)
