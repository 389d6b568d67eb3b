RIGHT = {
    # L'énoncé demande ce qui reste, et non la requête qui supprime : rien ne distingue celle-ci.
    "un par un": """
bucket = tp.bucket("releves")
for item in list(client.list_objects(bucket_name=bucket, recursive=True)):
    if item.object_name.startswith("2025/"):
        client.remove_object(bucket_name=bucket, object_name=item.object_name)
left = sorted(o.object_name for o in client.list_objects(bucket_name=bucket, recursive=True))
""",
    "un générateur, un ensemble": """
from minio.deleteobjects import DeleteObject

bucket = tp.bucket("releves")
found = client.list_objects(bucket, prefix="2025/", recursive=True)
errors = client.remove_objects(bucket, (DeleteObject(item.object_name) for item in found))
assert not list(errors)
left = {item.object_name for item in client.list_objects(bucket, recursive=True)}
""",
    "un tuple, à l'envers": """
from minio.deleteobjects import DeleteObject

bucket = tp.bucket("releves")


def keys():
    return [item.object_name for item in client.list_objects(bucket, recursive=True)]


doomed = [DeleteObject(name=key) for key in keys() if key.split("/")[0] == "2025"]
for error in client.remove_objects(bucket_name=bucket, delete_object_list=doomed):
    print(error)
left = tuple(reversed(keys()))
""",
    "boto3": """
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
bucket = tp.bucket("releves")
listed = s3.list_objects_v2(Bucket=bucket, Prefix="2025/")["Contents"]
s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": item["Key"]} for item in listed]})
left = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
""",
    "pandas": """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


assert not list(
    client.remove_objects(
        bucket_name=b, delete_object_list=[DeleteObject(x) for x in keys(prefix="2025/")]
    )
)
import pandas as pd

left = pd.Series(keys())
""",
    "dict": """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


assert not list(
    client.remove_objects(
        bucket_name=b, delete_object_list=[DeleteObject(x) for x in keys(prefix="2025/")]
    )
)
left = {x: 1 for x in keys()}.keys()
""",
}

_DELETE = """
from minio.deleteobjects import DeleteObject

bucket = tp.bucket("releves")
keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]
doomed = [DeleteObject(name=key) for key in keys if {condition}]
errors = client.remove_objects(bucket_name=bucket, delete_object_list=doomed)
{then}
"""
_RIGHT = {
    "condition": 'key.startswith("2025/")',
    "then": 'left = [key for key in keys if not key.startswith("2025/")]',
}
_CONSUMED = "list(errors)\n"


def _delete(condition=_RIGHT["condition"], then=_RIGHT["then"]):
    return _DELETE.format(condition=condition, then=then)


WRONG = {
    "générateur non parcouru": (_delete(), "n'envoie rien tant que vous ne parcourez pas", 0),
    "un bilan de 2026 emporté": (
        _delete('"2025" in key', _CONSUMED + "left = []"),
        "3\xa0objets à garder ont disparu",
        0,
    ),
    "sans la barre": (
        _delete('key.startswith("2025")', _CONSUMED + _RIGHT["then"]),
        "1\xa0objet à garder a disparu, dont « 2025-corriges/bilan.csv »",
        0,
    ),
    "tout supprimé": (
        _delete("True", _CONSUMED + "left = []"),
        "objets à garder ont disparu",
    ),
    "un mois oublié": (
        _delete(
            'key.startswith("2025/") and key != max(k for k in keys if k < "2026")',
            _CONSUMED + _RIGHT["then"],
        ),
        "Il reste 1\xa0relevé de 2025",
        1,
    ),
    "la liste d'avant": (
        _delete(then=_CONSUMED + "left = keys"),
        "C'est la liste d'avant la suppression",
        1,
    ),
    "un nombre": (
        _delete(then=_CONSUMED + "left = 0"),
        "une liste est attendue, pas un nombre",
        1,
    ),
    "les clés supprimées": (
        _delete(then=_CONSUMED + 'left = [key for key in keys if key.startswith("2025/")]'),
        "Ce sont les clés supprimées",
        1,
    ),
    "une clé oubliée": (
        _delete(then=_CONSUMED + _RIGHT["then"] + "[:-1]"),
        "il manque 1\xa0valeur",
        1,
    ),
    "contient": (
        """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


list(client.remove_objects(b, [DeleteObject(x) for x in keys() if "2025/" in x]))
left = keys()
""",
        "« archives/2025/bilan.csv »",
    ),
    "un niveau": (
        """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


list(
    client.remove_objects(
        b, [DeleteObject(i.object_name) for i in client.list_objects(b, prefix="2025/")]
    )
)
left = keys()
""",
        "Il reste 1\xa0relevé",
    ),
    "noms courts": (
        """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


assert not list(
    client.remove_objects(
        bucket_name=b, delete_object_list=[DeleteObject(x) for x in keys(prefix="2025/")]
    )
)
left = [x.split("/")[-1] for x in keys()]
""",
        "il manque le début des clés",
    ),
    "clés pleines": (
        """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


assert not list(
    client.remove_objects(
        bucket_name=b, delete_object_list=[DeleteObject(x) for x in keys(prefix="2025/")]
    )
)
left = [f"{b}/{x}" for x in keys()]
""",
        "il y a de trop le début",
    ),
    "vide": (
        """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


assert not list(
    client.remove_objects(
        bucket_name=b, delete_object_list=[DeleteObject(x) for x in keys(prefix="2025/")]
    )
)
left = []
""",
        "la liste est vide",
    ),
    "un niveau dans left": (
        """
b = tp.bucket("releves")
from minio.deleteobjects import DeleteObject


def keys(**o):
    return [i.object_name for i in client.list_objects(bucket_name=b, recursive=True, **o)]


assert not list(
    client.remove_objects(
        bucket_name=b, delete_object_list=[DeleteObject(x) for x in keys(prefix="2025/")]
    )
)
left = [i.object_name for i in client.list_objects(b)]
""",
        "recursive=True",
    ),
    "ceux de 2026 vidés": (
        _delete(then=_CONSUMED + _RIGHT["then"])
        + """
import io

for key in left:
    client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(), length=0)
""",
        "a changé",
        0,
    ),
    "tout supprimé, puis ceux de 2026 remis": (
        """
import io

from minio.deleteobjects import DeleteObject

bucket = tp.bucket("releves")
keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]
left = [key for key in keys if not key.startswith("2025/")]
saved = {key: client.get_object(bucket, key).read() for key in left}
list(client.remove_objects(bucket, [DeleteObject(key) for key in keys]))
for key, data in saved.items():
    client.put_object(bucket, key, io.BytesIO(data), len(data))
""",
        "a été déposé de nouveau, et a perdu son type",
        0,
    ),
}

THEN = {
    "générateur non parcouru": (_delete(), None),
    "un mois oublié": (WRONG["un mois oublié"][0], None),
    "la liste d'avant": (WRONG["la liste d'avant"][0], None),
    "données détruites": (
        WRONG["sans la barre"][0],
        "tp.batch.reset()\n" + RIGHT["un par un"],
    ),
}
