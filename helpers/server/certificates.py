"""Les certificats par lesquels les ports internes du serveur embarqué n'obéissent qu'au kit.

Ces ports (maître, volumes, « filer », administration, et leurs gRPC) n'ont pas d'autre contrôle
d'accès qui vaille pour tous : sans TLS mutuel, une page web ou un autre compte de la machine
effacerait tout. Les certificats sont refaits à chaque démarrage, et l'autorité qui les signe est
oubliée aussitôt : rien à renouveler, et personne n'en obtient d'autres.
"""

import ssl
from pathlib import Path

import urllib3

from helpers.files import write_at_once

FOLDER = "tls"
_AUTHORITY, _CERTIFICATE, _KEY = "ca.pem", "cert.pem", "key.pem"
_PARTS = ("master", "volume", "filer", "s3", "admin", "worker", "client")  # qui se parlent en gRPC
_PORTS = ("master", "volume", "filer", "admin")  # qui ont un port HTTP


def protect(folder: Path) -> None:
    """Écrit, là où SeaweedFS est lancé, les certificats et le réglage qui ferme ses ports."""
    import trustme  # 70 ms à charger : seul un démarrage les attend

    authority = trustme.CA()
    own = authority.issue_cert("localhost", "127.0.0.1")
    blobs = (authority.cert_pem, own.cert_chain_pems[0], own.private_key_pem)
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    for name, blob in zip((_AUTHORITY, _CERTIFICATE, _KEY), blobs, strict=True):
        write_at_once(folder / FOLDER / name, blob.bytes(), private=True)
    write_at_once(folder / "security.toml", _settings().encode(), private=True)


def internal_pool(folder: Path) -> urllib3.PoolManager:
    """Renvoie de quoi appeler les ports internes du SeaweedFS lancé dans ce dossier."""
    tls = folder / FOLDER
    context = ssl.create_default_context(cafile=str(tls / _AUTHORITY))
    context.load_cert_chain(tls / _CERTIFICATE, tls / _KEY)
    return urllib3.PoolManager(ssl_context=context, timeout=2, retries=False)


def _settings() -> str:
    """Renvoie ``security.toml`` : les chemins sont relatifs au dossier où SeaweedFS est lancé."""
    authority, *pair = (f"{FOLDER}/{name}" for name in (_AUTHORITY, _CERTIFICATE, _KEY))
    own = f'cert = "{pair[0]}"\nkey = "{pair[1]}"\n'
    lines = [f'[grpc]\nca = "{authority}"\n']
    lines += [f"[grpc.{part}]\n{own}" for part in _PARTS]
    lines += [f'[https.client]\nenabled = true\n{own}ca = "{authority}"\n']
    lines += [f'[https.{part}]\n{own}ca = "{authority}"\n' for part in _PORTS]
    return "\n".join(lines)
