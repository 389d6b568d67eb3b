SECOND = """
from datetime import timedelta
from urllib.parse import quote

url = client.get_presigned_url(
    method="GET",
    bucket_name=tp.bucket("cours"),
    object_name=wish["key"],
    expires=timedelta(minutes=60),
    response_headers={
        "response-content-type": "application/octet-stream",
        "response-content-disposition": 'attachment; filename="cours.pdf"; '
        f"filename*=utf-8'fr'{quote(wish['name'], safe='')}",
    },
)
"""

_START = """
from datetime import timedelta


def sign(bucket="cours", key=wish["key"], hours=1, disposition=None):
    return client.presigned_get_object(
        bucket_name=tp.bucket(bucket),
        object_name=key,
        expires=timedelta(hours=hours),
        response_headers=disposition and {"response-content-disposition": disposition},
    )


"""

WRONG = {
    "la durée par défaut": (
        _START + "url = sign(hours=24 * 7)",
        "La durée de cette URL",
    ),
    "un autre objet": (
        _START + 'url = sign(key="demande.json")',
        "désigne un autre objet",
    ),
    "sans nom": (
        _START + "url = sign()",
        "ne saura pas qu'il doit enregistrer",
    ),
    "des accents sans codage": (
        _START + 'url = sign(disposition=f\'attachment; filename="{wish["name"]}"\')',
        "n'arrive pas entier",
    ),
    "sans signature": (
        _START + 'url = sign().partition("?")[0]',
        "n'est pas une URL présignée",
    ),
    "un autre serveur": (
        _START + 'url = sign().replace(server.endpoint, "exemple.org")',
        "L'adresse de cette URL",
    ),
    "un autre serveur, caché dans l'adresse": (
        _START + 'url = sign().replace("//", "//x@")',
        "L'adresse de cette URL",
    ),
    "signée pour une autre méthode": (
        """
from datetime import timedelta

url = client.get_presigned_url(
    method="HEAD",
    bucket_name=tp.bucket("cours"),
    object_name=wish["key"],
    expires=timedelta(hours=1),
)
""",
        "refuse de lire",
    ),
    "expirée": (
        """
from datetime import UTC, datetime, timedelta

url = client.presigned_get_object(
    bucket_name=tp.bucket("cours"),
    object_name=wish["key"],
    expires=timedelta(hours=1),
    request_date=datetime.now(UTC) - timedelta(hours=2),
)
""",
        "a expiré depuis",
    ),
    "pas une URL": ("url = 42", "est une URL, en texte"),
}
