"""Ce que les tests des widgets partagent : garnir un bucket, lire un widget, appuyer."""

from __future__ import annotations

import io
from dataclasses import replace

from minio import Minio

from helpers import server as servers
from helpers.s3 import client_for

SCRIPT = "<script>document.title = 'PIRATE'</script>"
MIB = 1024 * 1024


def put(client, bucket, key, data=b"x", content_type="text/plain", **options):
    client.put_object(
        bucket_name=bucket,
        object_name=key,
        data=io.BytesIO(data),
        length=len(data),
        content_type=content_type,
        **options,
    )


def unreachable() -> Minio:
    """Un client d'un serveur qui n'est pas là."""
    return client_for(replace(servers.find(), endpoint="127.0.0.1:9"))


def asked(view, name, *args, buffers=()):
    """Demande une action à un widget, comme le fait sa page."""
    view._asked(view, {"name": name, "args": args, "id": 7}, buffers)


def parts(widget, kind):
    """Renvoie les widgets d'un type, dans l'ordre où ils s'affichent."""
    found = [widget] if type(widget).__name__ == kind else []
    for child in getattr(widget, "children", ()):
        found += parts(child, kind)
    return found


def press(widget, label):
    """Active le bouton dont le texte contient ``label``."""
    (one,) = [one for one in parts(widget, "Button") if label in one.description]
    assert not one.disabled
    one.click()


def shown(widget):
    """Renvoie le texte de tout ce qui est écrit en HTML, hors du volet fermé."""
    if widget.layout.display == "none":
        return ""
    texts = [widget.value] if type(widget).__name__ == "HTML" else []
    return "\n".join(texts + [shown(child) for child in getattr(widget, "children", ())])
