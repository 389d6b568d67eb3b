"""Un serveur S3 prêt à l'emploi, par quelle voie, et comment on l'annonce."""

from collections.abc import Callable
from dataclasses import dataclass, field

REGION = "us-east-1"
ALREADY = "déjà démarré par le kit"
_LABELS = {
    "external": "serveur existant",
    "docker": "MinIO dans Docker",
    "native": "MinIO installé sur cette machine",
    "embedded": "SeaweedFS embarqué",
}
WAYS = tuple(_LABELS)

Say = Callable[[str], None]


def quiet(sentence: str) -> None:
    """Ne dit rien."""


class NotHere(Exception):
    """Une voie n'est pas praticable ici ; le texte dit pourquoi."""


@dataclass(frozen=True)
class Server:
    """Un serveur S3 prêt à l'emploi.

    Attributes:
        way: la voie prise (``external``, ``docker``, ``native``, ``embedded``).
        endpoint: ``hôte:port``.
        secure: vrai si l'on parle HTTPS.
        console: ``hôte:port`` de la console web, s'il y en a une.
        pid: le processus du serveur, quand le kit l'a lancé lui-même.
        why: pourquoi cette voie, en français, entre parenthèses dans l'annonce.
    """

    way: str
    endpoint: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    secure: bool = False
    region: str = REGION
    console: str | None = None
    pid: int | None = None
    why: str = ""

    @property
    def url(self) -> str:
        """L'adresse complète du serveur."""
        return f"{'https' if self.secure else 'http'}://{self.endpoint}"

    @property
    def label(self) -> str:
        """Ce qu'est ce serveur, en quelques mots."""
        return _LABELS[self.way]

    @property
    def sentence(self) -> str:
        """La phrase qui annonce le serveur : lequel, où, pourquoi."""
        return f"Serveur S3 : {self.label}, sur {self.endpoint} ({self.why})."

    @property
    def just_started(self) -> bool:
        """Vrai si ce programme-ci vient de le démarrer."""
        return self.way != "external" and self.why != ALREADY
