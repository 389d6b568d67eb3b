"""Un lecteur vidéo dans le notebook : le navigateur lit l'objet dans le store."""

import html
from dataclasses import dataclass
from datetime import timedelta

from minio import Minio


@dataclass(frozen=True)
class Video:
    """Un lecteur vidéo : le navigateur lit l'objet lui-même, morceau par morceau."""

    url: str
    key: str

    def __repr__(self) -> str:
        return f"Vidéo : {self.key}"

    def _repr_html_(self) -> str:
        address = html.escape(self.url, quote=True)
        label = html.escape(self.key, quote=True)
        return (
            f'<video controls preload="metadata" width="480" aria-label="{label}" '
            f'src="{address}">Ce navigateur ne lit pas cette vidéo.</video>'
        )


def show_video(client: Minio, bucket: str, key: str) -> Video:
    """Montre une vidéo que le navigateur lit dans le store, par une URL présignée d'une heure.

    La vidéo, déposée avec le type ``video/mp4``, n'est pas copiée dans le notebook ; le navigateur
    doit pouvoir joindre le serveur.
    """
    url = client.presigned_get_object(
        bucket_name=bucket, object_name=key, expires=timedelta(hours=1)
    )
    return Video(url, key)
