"""Ouvrir le serveur S3 du cours avec pandas, s3fs et pyarrow : ses identifiants, sans les montrer.

Les paquets sont ceux du groupe ``full`` : ils ne sont chargés qu'à l'appel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers import server as servers
from helpers.topics.traffic import Traffic

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

_CONNECT, _READ = 2, 30  # secondes, comme connect()


class StorageOptions(dict[str, Any]):
    """Les réglages que pandas et s3fs attendent ; les afficher n'en montre que les noms."""

    def __repr__(self) -> str:
        return f"StorageOptions({', '.join(self)})"

    __str__ = __repr__


def storage_options(traffic: Traffic | None = None) -> StorageOptions:
    """Renvoie de quoi ouvrir le serveur de ``connect()`` avec s3fs ou pandas.

        fs = s3fs.S3FileSystem(**storage_options())
        pd.read_csv("s3://bucket/cle.csv", storage_options=storage_options())

    ``traffic``, le proxy de ``count_traffic()``, compte les octets reçus.
    """
    server = servers.ensure()
    # Sans « proxies », botocore ferait passer cette machine par le proxy du réseau.
    proxies = dict.fromkeys(("http", "https"), traffic.proxy) if traffic else {}
    return StorageOptions(
        key=server.access_key,
        secret=server.secret_key,
        token=server.session_token,
        endpoint_url=server.url,
        client_kwargs={"region_name": server.region},
        config_kwargs={
            "proxies": proxies,
            "connect_timeout": _CONNECT,
            "read_timeout": _READ,
            "retries": {"max_attempts": 2},
        },
        # Sans quoi le système de fichiers d'un proxy fermé resservirait.
        skip_instance_cache=traffic is not None,
    )


def arrow_filesystem(traffic: Traffic | None = None) -> S3FileSystem:
    """Renvoie le système de fichiers de pyarrow pour le serveur de ``connect()``.

        pq.read_table("bucket/cle.parquet", filesystem=arrow_filesystem())

    ``traffic``, le proxy de ``count_traffic()``, compte les octets reçus.
    """
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    server = servers.ensure()
    return S3FileSystem(
        access_key=server.access_key,
        secret_key=server.secret_key,
        session_token=server.session_token,
        endpoint_override=server.endpoint,
        scheme="https" if server.secure else "http",
        region=server.region,
        connect_timeout=_CONNECT,
        request_timeout=_READ,
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=2),
        proxy_options=traffic.proxy if traffic else None,
    )
