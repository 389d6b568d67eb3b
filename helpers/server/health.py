"""Un serveur répond-il, est-il prêt, et que faire sinon."""

from contextlib import suppress

import urllib3

from helpers.errors import KIT
from helpers.server.certificates import internal_pool
from helpers.server.model import Server
from helpers.server.settings import data_folder


def is_ready(server: Server) -> bool:
    """Dit si le serveur répond, et pour un serveur du kit, s'il se déclare prêt."""
    # /minio/health/ready répond 200 un peu avant que MinIO accepte les requêtes.
    path = {"embedded": "/healthz", "external": "/"}.get(server.way, "/minio/health/cluster")
    # urllib passerait par le proxy du réseau, s'il y en a un, même vers cette machine.
    external = server.way == "external"
    with suppress(urllib3.exceptions.HTTPError, OSError):  # OSError : ses certificats ont disparu
        url = f"{server.url}{path}"
        status = urllib3.request("GET", url, timeout=5 if external else 2, retries=False).status
        # Un serveur existant a le droit de refuser : nous ne nous présentons pas.
        ready = status < 500 if external else status == 200
        return ready and (server.way != "embedded" or _volumes_joined(server))
    return False


def _volumes_joined(server: Server) -> bool:
    """Dit si SeaweedFS a rattaché ses volumes : d'ici là, lectures et écritures échouent."""
    host, port = server.endpoint.rsplit(":", 1)
    url = f"https://{host}:{int(port) + 1}/dir/status"
    pool = internal_pool(data_folder() / "embedded")
    return b'"DataCenters":[' in pool.request("GET", url).data


def remedy_for(server: Server) -> str:
    """Renvoie ce qu'il faut faire quand ce serveur ne répond pas."""
    if server.why.startswith("la classe"):
        return (
            "Vérifiez que vous êtes sur le réseau de la salle, et que la classe est ouverte. "
            f"« {KIT} join ADRESSE » suit une nouvelle adresse ; « {KIT} leave » la quitte."
        )
    if server.way == "external":
        return (
            "Vérifiez son adresse (http ou https compris) et le réseau, "
            "ou retirez-la pour que le kit démarre son propre serveur."
        )
    return f"« {KIT} down », puis « {KIT} up », le redémarrent ; les données restent."
