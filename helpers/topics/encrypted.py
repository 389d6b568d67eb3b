"""Un serveur S3 jetable qui parle TLS et sait chiffrer, et dont on peut fouiller le disque.

Il est tenu par un gardien, comme celui de ``throwaway``. Son autorité n'est connue de personne : un
client doit la recevoir. Il a un service de clés, pour chiffrer avec les siennes (SSE-S3).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from helpers.server import Server
from helpers.topics.throwaway import guarded

AUTHORITY = "autorite.pem"
_END = datetime(2099, 12, 31)


@dataclass(frozen=True)
class EncryptedServer(Server):
    """Un serveur S3 en HTTPS.

    Attributes:
        folder: le dossier où il écrit tout.
    """

    folder: Path = Path()

    @property
    def authority(self) -> str:
        """Le fichier PEM de l'autorité qui a signé son certificat."""
        return str(self.folder / AUTHORITY)

    def on_disk(self, text: str) -> bool:
        """Dit si l'hébergeur de ce serveur y lirait ce texte : dans un fichier, ou dans son nom."""
        for path in self.folder.rglob("*"):
            with suppress(OSError):  # un fichier peut disparaître
                if text in path.name or (path.is_file() and text.encode() in path.read_bytes()):
                    return True
        return False


@contextmanager
def encrypted_server() -> Iterator[EncryptedServer]:
    """Donne, le temps d'un ``with``, un serveur vide en HTTPS, avec son propre certificat.

    Le certificat vaut pour 127.0.0.1 et s3.ecole.example, et pour aucun autre nom. Avec Docker ou
    un serveur existant, c'est le serveur embarqué qui tient lieu du serveur.

    Raises:
        ServerError: le serveur ne démarre pas.
    """
    import trustme  # 70 ms à charger

    authority = trustme.CA(organization_name="Autorité de l'école")
    own = authority.issue_cert("127.0.0.1", "s3.ecole.example", not_after=_END)
    order = {
        "authority": authority.cert_pem.bytes().decode(),
        "certificate": own.cert_chain_pems[0].bytes().decode(),
        "key": own.private_key_pem.bytes().decode(),
    }
    with guarded("encrypted", order) as (server, folder):
        yield EncryptedServer(**asdict(server), folder=folder)
