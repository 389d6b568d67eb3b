RIGHT = {
    "contenus comparés": """
sides = {"gauche": {}, "droite": {}}
for item in client.list_objects(bucket_name=tp.bucket("comparer"), recursive=True):
    where, _, name = item.object_name.partition("/")
    with client.get_object(
        bucket_name=tp.bucket("comparer"), object_name=item.object_name
    ) as response:
        sides[where][name] = response.read()
left, right = sides["gauche"], sides["droite"]
difference = {"<": [], ">": [], "!": []}
for name in {**right, **left}:
    if name not in right:
        difference["<"].append(name)
    elif name not in left:
        difference[">"].append(name)
    elif left[name] != right[name]:
        difference["!"].append(name)
""",
    "des ensembles, dans un autre ordre": """
import hashlib


def side(name):
    listing = client.list_objects(tp.bucket("comparer"), prefix=name + "/", recursive=True)
    found = {}
    for item in listing:
        with client.get_object(tp.bucket("comparer"), item.object_name) as response:
            digest = hashlib.sha256(response.read()).digest()
        found[item.object_name.partition("/")[2]] = digest
    return found


left, right = side("gauche"), side("droite")
difference = {
    "!": {name for name in left if right.get(name, left[name]) != left[name]},
    "<": set(left) - set(right),
    ">": set(right) - set(left),
}
""",
    "des tuples, par stat_object": """
def etags(prefix):
    keys = [o.object_name for o in client.list_objects(tp.bucket("comparer"), prefix, True)]
    stats = {key: client.stat_object(tp.bucket("comparer"), key) for key in keys}
    return {(key[len(prefix):], stat.etag) for key, stat in stats.items()}


left, right = etags("gauche/"), etags("droite/")
only_left, only_right = dict(left - right), dict(right - left)
difference = {
    "<": tuple(n for n in only_left if n not in only_right),
    ">": tuple(n for n in only_right if n not in only_left),
    "!": tuple(n for n in only_left if n in only_right),
}
""",
    "boto3 et defaultdict": """
from collections import defaultdict

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
sides = defaultdict(dict)
for item in s3.list_objects_v2(Bucket=tp.bucket("comparer"))["Contents"]:
    where, name = item["Key"].split("/", 1)
    sides[name][where] = item["ETag"]
difference = defaultdict(list, {"<": [], ">": [], "!": []})
for name, tags in sides.items():
    if len(tags) == 1:
        difference["<" if "gauche" in tags else ">"].append(name)
    elif tags["gauche"] != tags["droite"]:
        difference["!"].append(name)
""",
}

_DIFFER = """
def side(prefix):
    found = client.list_objects(
        bucket_name=tp.bucket("comparer"), prefix=prefix, recursive={recursive}
    )
    return {{item.object_name{name}: item.{mark} for item in found}}


left, right = side("gauche/"), side("droite/")
both = left.keys() & right.keys()
less, more = sorted(left.keys() - both), sorted(right.keys() - both)
changed = sorted(name for name in both if {changed})
difference = {answer}
"""
_GOOD = {
    "recursive": "True",
    "name": ".removeprefix(prefix)",
    "mark": "etag",
    "changed": "left[name] != right[name]",
    "answer": '{"<": less, ">": more, "!": changed}',
}

WRONG = {
    "d'après la taille": (
        _DIFFER.format(**_GOOD | {"mark": "size"}),
        "mais pas par sa taille",
        1,
    ),
    "d'après la date": (
        _DIFFER.format(**_GOOD | {"changed": "True"}),
        "son contenu est le même",
        1,
    ),
    "ce qui est pareil": (
        _DIFFER.format(**_GOOD | {"changed": "left[name] == right[name]"}),
        "« ! » donne ce qui est pareil",
        1,
    ),
    "à l'envers": (
        _DIFFER.format(**_GOOD | {"answer": '{"<": more, ">": less, "!": changed}'}),
        "sont échangés",
        0,
    ),
    "les clés entières": (
        _DIFFER.format(**_GOOD | {"name": ""}),
        "retirez ce début",
        0,
    ),
    "un seul niveau": (
        _DIFFER.format(**_GOOD | {"recursive": "False"}),
        "recursive=True",
    ),
    "un côté oublié": (
        _DIFFER.format(**_GOOD | {"answer": '{"<": less, ">": [], "!": changed}'}),
        "il manque 2\xa0valeurs",
        1,
    ),
    "deux signes": (
        _DIFFER.format(**_GOOD | {"answer": '{"<": less, ">": more}'}),
        "il manque 1\xa0nom",
        1,
    ),
    "des nombres": (
        _DIFFER.format(**_GOOD | {"answer": '{"<": len(less), ">": len(more), "!": len(changed)}'}),
        "une liste est attendue, pas un nombre",
        0,
    ),
    "une seule liste": (
        _DIFFER.format(**_GOOD | {"answer": "changed"}),
        "un dictionnaire est attendu",
        0,
    ),
    "sans recursive": (
        """
bucket = tp.bucket("comparer")
left, right = (
    {
        item.object_name.removeprefix(prefix): item.etag
        for item in client.list_objects(bucket, prefix=prefix)
        if not item.is_dir
    }
    for prefix in ("gauche/", "droite/")
)
difference = {
    "<": list(left.keys() - right),
    ">": list(right.keys() - left),
    "!": [name for name in left.keys() & right if left[name] != right[name]],
}
""",
        "recursive=True",
    ),
    "lstrip": (
        """
bucket = tp.bucket("comparer")
left, right = (
    {
        item.object_name.lstrip(prefix): item.etag
        for item in client.list_objects(bucket, prefix=prefix, recursive=True)
    }
    for prefix in ("gauche/", "droite/")
)
difference = {
    "<": list(left.keys() - right),
    ">": list(right.keys() - left),
    "!": [name for name in left.keys() & right if left[name] != right[name]],
}
""",
        "removeprefix() retire un début",
        0,
    ),
}

THEN = {
    "d'après la taille": (WRONG["d'après la taille"][0], None),
    "une seule liste": (
        WRONG["une seule liste"][0],
        RIGHT["des ensembles, dans un autre ordre"],
    ),
}
