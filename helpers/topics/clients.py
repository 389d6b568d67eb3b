"""D'autres clients du même serveur : ``obstore_store``, ``async_client``.

Chacun prend l'adresse, la région et les identifiants du client de ``connect()``. Leurs paquets sont
du groupe ``full`` : ils ne sont chargés qu'à l'appel.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from minio import Minio
from minio.credentials.providers import Provider

from helpers.errors import SettingsError
from helpers.s3 import authorities

if TYPE_CHECKING:
    from miniopy_async.api import Minio as AsyncMinio
    from obstore.store import S3Store

_TENTH = timedelta(milliseconds=100)


def obstore_store(client: Minio, bucket: str) -> S3Store:
    """Renvoie un bucket vu par obstore : l'adresse, la région et les identifiants du client.

        store = obstore_store(client, bucket)
        obstore.get(store, "photos/port.jpg").bytes()

    Raises:
        SettingsError: obstore n'est pas installé.
    """
    try:
        from obstore.store import S3Store
    except ModuleNotFoundError:
        what = "obstore, qui fait les transferts en nombre,"
        raise SettingsError.of("clients.missing", what=what) from None
    base, provider = client._base_url, client._provider
    name = base.host.rpartition(":")[0] or base.host  # sans le port
    signing: dict[str, Any] = {"skip_signature": True}
    if provider is not None:
        signing = {"credential_provider": partial(_for_obstore, provider)}
    return S3Store(
        bucket,
        endpoint=f"{'https' if base.is_https else 'http'}://{base.host}",
        region=base.region or "us-east-1",
        virtual_hosted_style_request=False,
        # TLS, ou la machine elle-même, protège déjà les octets : leur SHA-256 coûterait un tiers.
        unsigned_payload=base.is_https or name in ("127.0.0.1", "localhost"),
        client_options={
            "allow_http": not base.is_https,
            "connect_timeout": "5s",
            "read_timeout": "60s",
            "timeout": "1day",  # d'une requête entière : 30 s par défaut, trop peu pour un film
            # Comme minio : les proxys de l'environnement ne servent pas.
            "proxy_url": f"http://{base.host}",
            "proxy_excludes": name,
        },
        retry_config={
            "max_retries": 3,
            "retry_timeout": timedelta(minutes=10),
            "backoff": {"init_backoff": _TENTH, "max_backoff": 20 * _TENTH, "base": 2},
        },
        **signing,
    )


def async_client(client: Minio) -> AsyncMinio:
    """Renvoie un client asynchrone du même serveur, à fermer : ``async with async_client(…)``.

    À appeler là où tourne une boucle asyncio : dans une coroutine ou une cellule.

    Raises:
        SettingsError: miniopy-async n'est pas installé.
    """
    try:
        from aiohttp import ClientSession, ClientTimeout, TCPConnector
        from miniopy_async.api import Minio as AsyncMinio
    except ModuleNotFoundError:
        what = "miniopy-async, le client asynchrone,"
        raise SettingsError.of("clients.missing", what=what) from None
    base = client._base_url
    found = client._provider.retrieve() if client._provider else None
    # Lire les certificats prend plus de temps que bien des requêtes : seulement si TLS le demande.
    trust = ssl.create_default_context(cafile=authorities()) if base.is_https else True
    return AsyncMinio(
        endpoint=base.host,
        access_key=found.access_key if found else None,
        secret_key=found.secret_key if found else None,
        session_token=found.session_token if found else None,
        secure=base.is_https,
        region=base.region,
        session=ClientSession(
            connector=TCPConnector(limit=64, ssl=trust),
            timeout=ClientTimeout(sock_connect=5, sock_read=30),
        ),
    )


def _for_obstore(provider: Provider) -> dict[str, Any]:
    """Renvoie des identifiants, périmés d'emblée : obstore les redemande, un neuf sert aussitôt."""
    found = provider.retrieve()
    return {
        "access_key_id": found.access_key,
        "secret_access_key": found.secret_key,
        "token": found.session_token,
        "expires_at": datetime.now(UTC),
    }
