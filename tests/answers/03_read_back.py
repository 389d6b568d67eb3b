RIGHT = {
    "dict de couples": """
from urllib.parse import unquote

caption = dict(
    (name[11:].lower(), unquote(value))
    for name, value in stat.metadata.items()
    if name[:11].lower() == "x-amz-meta-"
)
""",
    "user_metadata du kit": """
from helpers.display import user_metadata

caption = user_metadata(stat)
""",
    "la fonction de la leçon": """
from urllib.parse import unquote


def user_metadata(stat):
    prefix = "x-amz-meta-"
    headers = {name.lower(): value for name, value in stat.metadata.items()}
    names = sorted(name for name in headers if name.startswith(prefix))
    return {name.removeprefix(prefix): headers[name] for name in names}


caption = {name: unquote(value) for name, value in user_metadata(stat).items()}
""",
    "URL présignée et requests": """
import re
from urllib.parse import unquote_plus

import requests

url = client.get_presigned_url(
    method="HEAD", bucket_name=tp.bucket("musee"), object_name="logo.png"
)
headers = requests.head(url, timeout=5).headers
found = ((re.fullmatch("x-amz-meta-(.+)", name, re.I), headers[name]) for name in headers)
caption = {match[1].lower(): unquote_plus(value) for match, value in found if match}
""",
    "boto3": """
from urllib.parse import unquote

import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{server.endpoint}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
)
head = s3.head_object(Bucket=tp.bucket("musee"), Key="logo.png")
caption = {name.lower(): unquote(value) for name, value in head["Metadata"].items()}
""",
    "head": """
from urllib.parse import quote, unquote
import requests, re

h = requests.head(
    client.get_presigned_url(
        method="HEAD", bucket_name=tp.bucket("musee"), object_name="logo.png"
    )
).headers
caption = dict(
    (re.sub("^x-amz-meta-", "", k, flags=re.I).lower(), unquote(v))
    for k, v in h.items()
    if re.match("x-amz-meta-", k, re.I)
)
""",
}

_READ = """
from urllib.parse import quote, unquote

user = {{n.lower(): v for n, v in stat.metadata.items() if "-meta-" in n.lower()}}
caption = {caption}
"""


def _read(caption):
    return _READ.format(caption=caption)


WRONG = {
    "valeurs encore encodées": (_read("{n[11:]: v for n, v in user.items()}"), "unquote()", 0.5),
    "préfixe gardé": (
        _read("{n: unquote(v) for n, v in user.items()}"),
        "portent encore leur préfixe",
        0,
    ),
    "tous les en-têtes": (
        _read(
            '{n.lower().removeprefix("x-amz-meta-"): unquote(v) for n, v in stat.metadata.items()}'
        ),
        "aussi d'autres en-têtes",
        0,
    ),
    "les métadonnées brutes": ("caption = stat.metadata", "encore leur préfixe", 0),
    "majuscules": (
        _read("{n.title()[11:]: unquote(v) for n, v in user.items()}"),
        "en minuscules",
        0,
    ),
    "une valeur inventée": (
        'caption = {"auteur": "Alice", "lieu": "Brest", "titre": "Logo"}',
        "il manque 2\xa0noms",
        0,
    ),
    "une phrase": ('caption = "une image"', "un dictionnaire est attendu", 0),
    "casse d'un autre serveur": (
        _read('{n[11:]: unquote(v) for n, v in stat.metadata.items() if n[:11] == "X-AMZ-META-"}'),
        "appliquez lower()",
        0,
    ),
    "encodé une fois de plus": (
        _read("{n[11:]: quote(v) for n, v in user.items()}"),
        "encodé deux fois",
        0,
    ),
    "un nom oublié": (
        _read('{n[11:]: unquote(v) for n, v in user.items() if n != "x-amz-meta-lieu"}'),
        "il manque 1\xa0nom",
        0,
    ),
    "dernier tiret": (
        """
from urllib.parse import quote, unquote

caption = {
    k.lower().split("-")[-1]: unquote(v)
    for k, v in stat.metadata.items()
    if k.lower().startswith("x-amz-meta-")
}
""",
        "a perdu son début",
    ),
    "strip": (
        """
from urllib.parse import quote, unquote

caption = {
    k.lower().lstrip("x-amz-meta-"): unquote(v)
    for k, v in stat.metadata.items()
    if k.lower().startswith("x-amz-meta-")
}
""",
        "a perdu son début",
    ),
    "décodé deux fois": (
        """
from urllib.parse import quote, unquote

caption = {
    k.lower()[11:]: unquote(unquote(v))
    for k, v in stat.metadata.items()
    if k.lower().startswith("x-amz-meta-")
}
""",
        "décodée deux fois",
    ),
    "tiret bas": (
        """
from urllib.parse import quote, unquote


def user(stat):
    return {
        k.lower().removeprefix("x-amz-meta-"): unquote(v)
        for k, v in stat.metadata.items()
        if k.lower().startswith("x-amz-meta-")
    }


caption = {k.replace("-", "_"): v for k, v in user(stat).items()}
""",
        "il manque 1\xa0nom",
    ),
}

THEN = {
    "valeurs encore encodées": (WRONG["valeurs encore encodées"][0], None),
    "les métadonnées brutes": (WRONG["les métadonnées brutes"][0], None),
}
