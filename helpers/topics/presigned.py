"""Lire une URL présignée : ce que dit chaque partie, et le temps qu'il lui reste."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from helpers.components import Table
from helpers.errors import ContentError
from helpers.french import in_words, moment

_MEANINGS: dict[str, str] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
_SECRET = ("X-Amz-Signature", "X-Amz-Security-Token")  # affichés en partie seulement
_NEEDED = [name for name in _MEANINGS if name != "X-Amz-Security-Token"]
_SHOWN = 8  # caractères affichés d'une valeur secrète


@dataclass(frozen=True)
class PresignedUrl:
    """Une URL présignée, décomposée."""

    address: str  # le schéma et l'hôte : http://127.0.0.1:9000
    path: str  # le bucket puis la clé, décodés : /photos/été.jpg
    parameters: dict[str, str]  # décodés, dans l'ordre de l'URL
    signed_at: datetime  # la date de la signature, en temps universel
    lifetime: timedelta  # demandée à la signature

    @property
    def expires_at(self) -> datetime:
        """La date à partir de laquelle le serveur refuse l'URL."""
        return self.signed_at + self.lifetime

    def time_left(self) -> timedelta:
        """Renvoie le temps qui reste à l'horloge de cette machine, jamais négatif."""
        return max(self.expires_at - datetime.now(UTC), timedelta(0))


def read_url(url: str) -> PresignedUrl:
    """Décompose une URL présignée, donnée entière ; ne demande rien au serveur.

    Raises:
        ContentError: ce n'est pas une URL présignée de la version 4, ou il en manque une partie.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise ContentError.of("presigned.address") from None
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parameters.get("Signature") and parameters.get("Expires"):
        raise ContentError.of("presigned.old")
    missing = [name for name in _NEEDED if not parameters.get(name)]
    if not parts.netloc or len(missing) == len(_NEEDED):
        raise ContentError.of("presigned.address")
    if missing:
        raise ContentError.of("presigned.missing", names=", ".join(missing))
    try:
        signed_at = datetime.strptime(parameters["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        lifetime = timedelta(seconds=int(parameters["X-Amz-Expires"]))
        _ = signed_at + lifetime
    except (ValueError, OverflowError):
        date, expires = (parameters[name][:20] for name in ("X-Amz-Date", "X-Amz-Expires"))
        raise ContentError.of("presigned.dates", date=date, expires=expires) from None
    return PresignedUrl(
        f"{parts.scheme}://{parts.netloc}", unquote(parts.path), parameters, signed_at, lifetime
    )


def explain_url(url: str) -> Table:
    """Montre chaque partie d'une URL présignée et ce qu'elle dit.

    La signature et le jeton n'y sont pas en entier : ce tableau peut être montré, l'URL non.

    Raises:
        ContentError: ce n'est pas une URL présignée, ou il en manque une partie.
    """
    found = read_url(url)
    rows = [
        [found.address, "L'adresse du serveur ; l'hôte fait partie de ce qui est signé."],
        [found.path, "Le bucket, puis la clé de l'objet."],
    ]
    for name, value in found.parameters.items():
        shown = f"{value[:_SHOWN]}…" if name in _SECRET and len(value) > _SHOWN else value
        rows.append([f"{name}={shown}", _meaning(name, found)])
    return Table(["Partie de l'URL", "Ce qu'elle dit"], rows)


def _meaning(name: str, url: PresignedUrl) -> str:
    if name.startswith("response-"):
        return f"L'en-tête {name.removeprefix('response-')} qu'aura la réponse."
    said = {"start": moment(url.signed_at), "end": moment(url.expires_at)}
    meaning = _MEANINGS.get(name, "Un paramètre de la requête, signé lui aussi.")
    return meaning.format(lasting=in_words(url.lifetime), **said)
