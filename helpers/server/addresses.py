"""Ce que le navigateur voit : l'adresse d'un port de cette machine, quand il est sur une autre.

Un JupyterHub (Binder en est un), Codespaces et VS Code disent par des variables comment leur
navigateur atteint un port. Le noyau, lui, emploie toujours ``127.0.0.1``.
"""

import os
from collections.abc import Mapping
from functools import cache
from urllib.parse import urljoin, urlsplit

_CODESPACE = ("CODESPACE_NAME", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
_NEAR = ("127.0.0.1", "localhost", "::1")
_NO_PROXY = (
    "Les liens, vidéos et pages de ce notebook ne s'ouvriront pas dans votre navigateur : "
    "jupyter-server-proxy manque à ce Jupyter. Demandez à qui l'administre de l'installer "
    "(pip install jupyter-server-proxy), puis redémarrez votre serveur Jupyter."
)
_NO_ADDRESS = (
    "Votre navigateur n'ouvrira ni les liens 127.0.0.1 ni les pages du noyau : ici (Onyxia, ou un "
    "autre Kubernetes), ses ports n'ont pas d'adresse publique. Appelez l'API depuis le notebook."
)
_NOT_TOLD = (
    "Les liens 127.0.0.1 ne s'ouvrent que sur la machine du noyau : cet éditeur n'en dit pas "
    'l\'adresse. Donnez-la : os.environ["VSCODE_PROXY_URI"] = "https://éditeur/proxy/{{port}}".'
)


def seen_from_browser(port: int) -> str | None:
    """Renvoie l'adresse de ce port dans le navigateur ; ``None`` si les deux sont sur une machine.

    Elle est sans barre finale, et commence par « / » sur un JupyterHub : son hôte est celui de la
    page ouverte, que le noyau ne connaît pas.
    """
    known = os.environ
    if prefix := known.get("JUPYTERHUB_SERVICE_PREFIX"):
        return f"{prefix.rstrip('/')}/proxy/{port}"
    name, domain = (known.get(key) for key in _CODESPACE)
    if name and domain:
        return f"https://{name}-{port}.{domain}"
    # code-server l'écrit parfois « ./proxy/{{port}} », que seul VS Code sait lire.
    if (uri := known.get("VSCODE_PROXY_URI", "")).startswith(("http://", "https://")):
        return uri.replace("{{port}}", str(port)).rstrip("/")
    return None


def forwarded_path(port: int, headers: Mapping[str, str]) -> str | None:
    """Renvoie le chemin que le navigateur met devant les nôtres, « /user/ana/proxy/8100 ».

    Args:
        port: le port où la requête est arrivée.
        headers: ses en-têtes, nommés en minuscules.

    Returns:
        ``None`` si la requête vient de cette machine.
    """
    host = urlsplit(f"//{headers.get('host', '')}").hostname
    address = seen_from_browser(port)
    if address is None or (host in _NEAR and "x-forwarded-host" not in headers):
        return None
    return headers.get("x-forwarded-context") or urlsplit(address).path


def is_near(host: str | None) -> bool:
    """Dit si un hôte n'a de sens que pour le noyau : cette machine, ou un nom sans point."""
    return host is not None and (host in _NEAR or "." not in host)


@cache
def missing_proxy() -> str | None:
    """Dit que ce hub ne mène pas le navigateur aux ports du noyau ; ``None`` si rien ne manque."""
    import urllib3

    known = os.environ
    service, prefix = (known.get(f"JUPYTERHUB_SERVICE_{name}") for name in ("URL", "PREFIX"))
    if not service or not prefix:
        return None
    token = {"Authorization": f"token {known.get('JUPYTERHUB_API_TOKEN', '')}"}
    # Rien n'écoute à ce port : 404 ne vient que de Jupyter, qui redirigerait une barre finale.
    url = urljoin(service, f"{prefix}proxy/9")
    try:
        answer = urllib3.request("GET", url, headers=token, timeout=20, retries=False)
    except urllib3.exceptions.HTTPError:
        return None
    return _NO_PROXY if answer.status == 404 else None


def unreachable(url: str = "//127.0.0.1") -> str | None:
    """Dit pourquoi le navigateur n'ouvrira pas ce que sert le noyau, ou cette adresse."""
    if seen_from_browser(0) is not None or not is_near(urlsplit(url).hostname):
        return missing_proxy()
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return _NO_ADDRESS
    return _NOT_TOLD if {"VSCODE_PROXY_URI", *_CODESPACE[:1]} & os.environ.keys() else None


def with_tunnel(url: str) -> str:
    """Renvoie une adresse de cette machine et, si le navigateur est ailleurs, comment l'ouvrir."""
    far, port = seen_from_browser(0) or unreachable(), urlsplit(url).port
    tunnel = f"sur la machine du noyau, ou par ssh -L {port}:127.0.0.1:{port} machine"
    return f"{url} ({tunnel})" if far else url
