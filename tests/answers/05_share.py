RIGHT = {
    "un nom de secours, une autre langue": """
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
""",
    "pour localhost, comme dans la leçon": """
from datetime import timedelta
from urllib.parse import quote

from minio import Minio

public = Minio(
    endpoint=server.endpoint.replace("127.0.0.1", "localhost"),
    access_key=server.access_key,
    secret_key=server.secret_key,
    session_token=server.session_token,
    region=server.region,
    secure=server.secure,
)
url = public.presigned_get_object(
    tp.bucket("cours"), wish["key"], timedelta(seconds=3600),
    {"response-content-disposition": "Attachment;filename*=UTF-8''" + quote(wish["name"])},
)
""",
    "paramètre ajouté à la main, puis signé": """
from datetime import timedelta
from urllib.parse import quote

url = client.get_presigned_url(
    "GET", tp.bucket("cours"), wish["key"], expires=timedelta(hours=1),
    extra_query_params={
        "response-content-disposition": f"attachment; filename*=UTF-8''{quote(wish['name'])}"
    },
)
""",
    "boto3": """
from urllib.parse import quote

import boto3
from botocore.config import Config

s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{server.endpoint}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
    config=Config(signature_version="s3v4"),
)
url = s3.generate_presigned_url(
    "get_object",
    Params={
        "Bucket": tp.bucket("cours"),
        "Key": wish["key"],
        "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(wish['name'])}",
    },
    ExpiresIn=3600,
)
""",
    "un retour à la ligne de trop": """
from datetime import timedelta
from urllib.parse import quote

name = quote(wish["name"])
options = {"response-content-disposition": f"attachment; filename*=UTF-8''{name}"}
url = client.presigned_get_object(
    bucket_name=tp.bucket("cours"), object_name=wish["key"], expires=timedelta(0, 3600),
    response_headers=options,
) + "\\n"
""",
    "langue": """
from urllib.parse import quote
from datetime import timedelta

b = tp.bucket("cours")
d = f"attachment; filename*=UTF-8''{quote(wish['name'])}"
url = client.presigned_get_object(
    bucket_name=b,
    object_name=wish["key"],
    expires=timedelta(hours=1),
    response_headers={
        "response-content-disposition": "attachment; filename*=UTF-8'fr'" + quote(wish["name"])
    },
)
""",
}

_START = """
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, quote_plus


def sign(bucket="cours", key=wish["key"], disposition=None, method="GET", **options):
    return client.get_presigned_url(
        method=method,
        bucket_name=tp.bucket(bucket),
        object_name=key,
        response_headers=disposition and {"response-content-disposition": disposition},
        **{"expires": timedelta(hours=1)} | options,
    )


"""
_NAMED = "\"attachment; filename*=UTF-8''\" + quote(wish['name'])"

WRONG = {
    "la durée par défaut": (
        _START + "url = sign(expires=timedelta(days=7))",
        "La durée de cette URL",
        0,
    ),
    "une minute": (
        _START + f"url = sign(expires=timedelta(minutes=1), disposition={_NAMED})",
        "La durée de cette URL",
        0,
    ),
    "un autre objet": (_START + 'url = sign(key="demande.json")', "désigne un autre objet", 0),
    "sans nom": (_START + "url = sign()", "rien ne dit au navigateur d'enregistrer", 1),
    "à afficher": (
        _START + f"url = sign(disposition=({_NAMED}).replace('attachment', 'inline'))",
        "rien ne dit au navigateur d'enregistrer",
        1,
    ),
    "un nom ordinaire": (
        _START + "url = sign(disposition=f'attachment; filename=\"cours.pdf\"')",
        "Écrivez un nom accentué filename*",
        1,
    ),
    "des espaces en plus": (
        _START + "url = sign(disposition=f\"attachment; filename*=UTF-8''"
        "{quote_plus(wish['name'])}\")",
        "des espaces sont devenues des « + »",
        1,
    ),
    "un nom sans quote": (
        _START + "url = sign(disposition=f\"attachment; filename*=UTF-8''{wish['name']}\")",
        "encodé par quote()",
        1,
    ),
    "sans signature": (
        _START + 'url = sign().partition("?")[0]',
        "n'est pas une URL présignée",
        0,
    ),
    "un autre serveur": (
        _START + 'url = sign().replace(server.endpoint, "exemple.org")',
        "L'adresse de cette URL",
        0,
    ),
    "un autre serveur, caché dans l'adresse": (
        _START + 'url = sign().replace("//", "//x@")',
        "L'adresse de cette URL",
        0,
    ),
    "signée pour une autre méthode": (
        _START + f'url = sign(method="HEAD", disposition={_NAMED})',
        "l'URL est signée pour HEAD",
        0,
    ),
    "signée pour déposer": (
        _START + f'url = sign(method="PUT", disposition={_NAMED})',
        "l'URL est signée pour PUT",
        0,
    ),
    "le nom ajouté après la signature": (
        _START + f'url = sign() + "&response-content-disposition=" + quote({_NAMED})',
        "Le serveur refuse de lire",
        0,
    ),
    "expirée": (
        _START + "url = sign(request_date=datetime.now(UTC) - timedelta(hours=2))",
        "a expiré depuis",
        0,
    ),
    "pas une URL": ("url = 42", "Une URL est un texte, pas un nombre", 0),
    "heure locale": (
        """
from urllib.parse import quote
from datetime import timedelta

b = tp.bucket("cours")
d = f"attachment; filename*=UTF-8''{quote(wish['name'])}"
from datetime import datetime, UTC

url = client.presigned_get_object(
    b,
    wish["key"],
    timedelta(hours=1),
    response_headers={"response-content-disposition": d},
    request_date=datetime.now(UTC) + timedelta(hours=1),
)
""",
        "une heure à venir",
    ),
    "ajouté après": (
        """
from urllib.parse import quote
from datetime import timedelta

b = tp.bucket("cours")
d = f"attachment; filename*=UTF-8''{quote(wish['name'])}"
url = (
    client.presigned_get_object(b, wish["key"], expires=timedelta(hours=1))
    + "&response-content-disposition="
    + quote(d)
)
""",
        "ajouté après la signature",
    ),
    "clé encodée": (
        """
from urllib.parse import quote
from datetime import timedelta

b = tp.bucket("cours")
d = f"attachment; filename*=UTF-8''{quote(wish['name'])}"
url = client.presigned_get_object(
    bucket_name=b,
    object_name=quote(wish["key"], safe=""),
    expires=timedelta(hours=1),
    response_headers={"response-content-disposition": d},
)
""",
        "encodée deux fois",
    ),
    "l'hôte réécrit": (
        _START
        + f"url = sign(disposition={_NAMED})\n"
        + 'mine = "127.0.0.1" if "127.0.0.1" in url else "localhost"\n'
        + 'url = url.replace(mine, {"127.0.0.1": "localhost"}.get(mine, "127.0.0.1"), 1)',
        "signée pour une autre adresse, puis réécrite",
        0,
    ),
}

THEN = {
    "sans nom": (_START + "url = sign()", None),
    "la durée par défaut": (_START + "url = sign(expires=timedelta(days=7))", None),
    "objet supprimé": (
        _START
        + 'client.remove_object(tp.bucket("cours"), wish["key"])\n'
        + f"url = sign(disposition={_NAMED})",
        "tp.share.reset()\n" + RIGHT["un nom de secours, une autre langue"],
    ),
}
