"""Un lecteur vidéo dans le notebook : le navigateur lit l'objet dans le store."""

from datetime import timedelta

from minio import Minio

from helpers.components import Figure
from helpers.components.figure import data_address
from helpers.s3 import read_object
from helpers.serving import shown

_EXPIRES = "Une image noire ? L'adresse a expiré : exécutez de nouveau cette cellule."
_POSTER = 1024 * 1024  # octets : une image plus lourde alourdirait le notebook enregistré


def show_video(
    client: Minio, bucket: str, key: str, *, alt: str = "", caption: str = "", poster: str = ""
) -> Figure:
    """Montre une vidéo que le navigateur lit dans le store, par une URL présignée d'une heure.

    La vidéo, déposée avec le type ``video/mp4``, n'est pas copiée dans le notebook ; le navigateur
    doit pouvoir joindre le serveur.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket de la vidéo.
        key: la clé de la vidéo.
        alt: ce que l'on y voit, pour qui ne la voit pas ; la clé, sinon.
        caption: la légende.
        poster: la clé d'une image du même bucket, 1 Mio au plus, montrée avant la lecture ; elle
            reste dans le notebook enregistré quand l'URL a expiré.
    """
    url = client.presigned_get_object(
        bucket_name=bucket, object_name=key, expires=timedelta(hours=1)
    )
    picture = read_object(client, bucket, poster, most=_POSTER) if poster else b""
    told = f"{caption} {_EXPIRES}".strip()
    return Figure(
        "Vidéo", shown(url), alt or key, told, 480, data_address(picture) if poster else ""
    )
