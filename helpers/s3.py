"""Un ``minio.Minio`` réglé pour un serveur (région connue, attentes courtes), et lire un objet.

Ce module ne sait pas quel serveur est là : ``connection`` le lui donne.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server

_SEND_SECONDS = 120  # pour envoyer une partie : 5 Mio à 350 kbit/s


def client_for(server: Server) -> Minio:
    """Renvoie un client pour ce serveur : région donnée, attentes courtes, peu de reprises."""
    from minio import Minio  # charger minio prend plus de temps que tout le reste du kit

    return Minio(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        session_token=server.session_token,
        secure=server.secure,
        # Sans région, chaque client demande d'abord celle du bucket, ce qu'une clé limitée ne peut.
        region=server.region,
        http_client=HttpPool(),
    )


def read_object(
    client: Minio, bucket: str, key: str, *, most: int | None = None, version_id: str | None = None
) -> bytes:
    """Renvoie le contenu d'un objet tel qu'il est rangé, et rend la connexion.

    Rien n'est décompressé, quoi que dise ``Content-Encoding`` : c'est le déposant qui l'écrit.

    Args:
        client: un client minio-py.
        bucket: le bucket.
        key: la clé.
        most: le nombre d'octets à lire, au plus ; par défaut, tous.
        version_id: la version à lire ; par défaut, la courante.
    """
    response = client.get_object(bucket_name=bucket, object_name=key, version_id=version_id)
    response.headers.pop("Content-Encoding", None)  # urllib3 en refuse certains avant de lire
    try:
        return response.read(most, decode_content=False)
    finally:
        response.close()
        response.release_conn()


def write_json(client: Minio, bucket: str, key: str, data: bytes) -> None:
    """Dépose un document JSON."""
    client.put_object(
        bucket_name=bucket,
        object_name=key,
        data=io.BytesIO(data),
        length=len(data),
        content_type="application/json",
    )


def authorities() -> str:
    """Renvoie le fichier des autorités de confiance : ``SSL_CERT_FILE``, ou celui de certifi."""
    return os.environ.get("SSL_CERT_FILE") or certifi.where()


# urllib3 applique à l'envoi le délai de connexion : à 2 s, une partie de 5 Mio échouerait sur une
# ligne à 20 Mbit/s.
class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(_SEND_SECONDS)


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(_SEND_SECONDS)


class _Http(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _Https(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class HttpPool(urllib3.PoolManager):
    """Les connexions d'un client du kit : attentes courtes, peu de reprises."""

    def __init__(self) -> None:
        super().__init__(
            maxsize=16,
            timeout=urllib3.Timeout(connect=2, read=30),
            retries=urllib3.Retry(
                total=2,
                backoff_factor=0.2,
                # Sans 500 : à la reprise, MinIO répond autre chose que la cause (disque plein).
                status_forcelist=(502, 503, 504),
                # Après la dernière reprise, la réponse du serveur en dit plus qu'un échec.
                raise_on_status=False,
                # MinIO demande parfois d'attendre 60 s, en silence.
                respect_retry_after_header=False,
            ),
            cert_reqs="CERT_REQUIRED",
            ca_certs=authorities(),
        )
        self.pool_classes_by_scheme = {"http": _Http, "https": _Https}
