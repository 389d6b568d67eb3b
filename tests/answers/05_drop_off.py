_SIGN = """
from dataclasses import replace
from datetime import timedelta

from helpers.s3 import client_for

public = client_for(replace(server, endpoint=parcel["address"]))


def sign(client=public, method="PUT", minutes=10):
    return client.get_presigned_url(
        method=method,
        bucket_name=tp.bucket("mobile"),
        object_name=parcel["key"],
        expires=timedelta(minutes=minutes),
    )


"""
_HEADERS = '"headers": {"content-type": "image/jpeg"}'

SECOND = (
    _SIGN
    + f"""
order = {{"method": "PUT", "url": sign(), {_HEADERS}}}
# Le livreur a déjà essayé : la vérification doit laisser sa photo.
requests.put(order["url"], data=b"essai", headers=order["headers"], timeout=5)
"""
)

WRONG = {
    "l'adresse de l'API": (
        _SIGN + f'order = {{"method": "PUT", "url": sign(client), {_HEADERS}}}',
        "L'adresse de cette URL",
    ),
    "l'hôte réécrit": (
        _SIGN
        + 'url = sign(client).replace(server.endpoint, parcel["address"])\n'
        + f'order = {{"method": "PUT", "url": url, {_HEADERS}}}',
        "refuse le dépôt",
    ),
    "signée pour lire": (
        _SIGN + f'order = {{"method": "PUT", "url": sign(method="GET"), {_HEADERS}}}',
        "refuse le dépôt",
    ),
    "la durée par défaut": (
        _SIGN + f'order = {{"method": "PUT", "url": sign(minutes=7 * 1440), {_HEADERS}}}',
        "La durée de cette URL",
    ),
    "sans type": (
        _SIGN + 'order = {"method": "PUT", "url": sign(), "headers": {}}',
        "n'a besoin que d'un en-tête",
    ),
    "un type quelconque": (
        _SIGN
        + 'headers = {"Content-Type": "application/octet-stream"}\n'
        + 'order = {"method": "PUT", "url": sign(), "headers": headers}',
        "n'est pas celui d'une photo",
    ),
    "un POST": (
        _SIGN + f'order = {{"method": "POST", "url": sign(), {_HEADERS}}}',
        "ne dépose pas un objet",
    ),
    "l'URL seule": (_SIGN + "order = sign()", "les trois entrées"),
}
