_ROUTE = """
@app4.get("/documents")
def documents():
    found = client.list_objects(bucket_name=tp.bucket("photos"){options})
    return {answer}
"""
_ITEMS = '[{{"key": {key}, "size": {size}{more}}} for item in found]'


def _route(options="", key="item.object_name", size="item.size", more="", answer=None):
    items = _ITEMS.format(key=key, size=size, more=more)
    return _ROUTE.format(options=options, answer=answer or items)


RIGHT = {
    "un routeur, un modèle, l'ordre inverse": """
from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/documents")


class Document(BaseModel):
    key: str
    size: int | None


@router.get("")
async def browse() -> list[Document]:
    found = client.list_objects(bucket_name=tp.bucket("photos"), prefix="")
    sizes = {item.object_name: None if item.is_dir else item.size for item in found}
    return [Document(key=key, size=sizes[key]) for key in sorted(sizes, reverse=True)]


app4.include_router(router)
""",
    "des champs de plus": _route(more=', "is_dir": item.is_dir, "etag": item.etag'),
    "récursif, replié à la main": """
@app4.get("/documents")
def documents():
    level = {}
    for item in client.list_objects(tp.bucket("photos"), recursive=True):
        top, slash, _ = item.object_name.partition("/")
        level[top + slash] = None if slash else item.size
    return [{"key": key, "size": size} for key, size in level.items()]
""",
    "un générateur, une réponse écrite": """
import json

from fastapi import Response


@app4.get("/documents")
def documents():
    found = client.list_objects(tp.bucket("photos"))
    items = ({"size": item.size, "key": item.object_name} for item in found)
    return Response(json.dumps(list(items)), media_type="application/json")
""",
    "une route pour toute collection": _route()
    .replace('"/documents"', '"/{collection}"')
    .replace("documents()", "documents(collection: str)"),
    "taille en nombre décimal": _route(size="None if item.is_dir else float(item.size)"),
    "boto3": """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
)


@app4.get("/documents")
def documents():
    found = s3.list_objects_v2(Bucket=tp.bucket("photos"), Delimiter="/")
    items = [{"key": item["Key"], "size": item["Size"]} for item in found["Contents"]]
    return items + [{"key": item["Prefix"], "size": None} for item in found["CommonPrefixes"]]
""",
}

WRONG = {
    "les clés seules": (
        _route(answer="[item.object_name for item in found]"),
        "n'a pas de champ « key »",
        0,
    ),
    "zéro pour un préfixe": (_route(size="item.size or 0"), "n'est pas la bonne", 1),
    "null pour un objet vide": (_route(size="item.size or None"), "« vide.txt »", 1),
    "taille en texte": (_route(size="str(item.size)"), "n'est pas la bonne", 1),
    "sans taille pour un préfixe": (
        _route(
            answer='[{"key": i.object_name} | ({} if i.is_dir else {"size": i.size}) '
            "for i in found]"
        ),
        "n'a pas de champ « size »",
        0,
    ),
    "en profondeur": (_route(options=", recursive=True"), "descend dans les préfixes", 0),
    "liste calculée une fois": (
        """
found = client.list_objects(bucket_name=tp.bucket("photos"))
result = [{"key": item.object_name, "size": item.size} for item in found]


@app4.get("/documents")
def documents():
    return result
""",
        "La liste doit être lue à chaque requête",
        1,
    ),
    "flux épuisé": (
        """
found = client.list_objects(bucket_name=tp.bucket("photos"))


@app4.get("/documents")
def documents():
    return [{"key": item.object_name, "size": item.size} for item in found]
""",
        "ne le montre pas",
        1,
    ),
    "un dictionnaire": (
        _route(answer="{item.object_name: item.size for item in found}"),
        "n'est pas une liste JSON",
        0,
    ),
    "sans les préfixes": (
        _route(
            answer='[{"key": i.object_name, "size": i.size} for i in found if not i.is_dir]',
        ),
        "les préfixes manquent",
        0,
    ),
    "préfixes sans barre": (
        _route(key='item.object_name.rstrip("/")'),
        "seul le « / » final diffère",
        0,
    ),
    "autre bucket": (_route().replace('"photos"', '"albums"'), "la route a levé une exception", 0),
    "statut 201": (
        _route().replace('"/documents")', '"/documents", status_code=201)'),
        "statut 201 au lieu de 200",
        1,
    ),
    "premiers": (
        """
B = tp.bucket("photos")


@app4.get("/documents")
def listing():
    from itertools import islice

    return [
        {"key": i.object_name, "size": i.size} for i in islice(client.list_objects(B), 3)
    ]
""",
        "il manque 4",
    ),
    "noms coupés": (
        """
B = tp.bucket("photos")


@app4.get("/documents")
def listing():
    return [
        {"key": i.object_name.split(".")[0], "size": i.size} for i in client.list_objects(B)
    ]
""",
        "n'est pas une clé du bucket",
    ),
    "un préfixe reconnu à l'absence de point": (
        _route(size='item.size if "." in item.object_name else None'),
        "la taille de « LISEZMOI » n'est pas la bonne",
        1,
    ),
    "tout ce qui a été vu": (
        """
seen = {}


@app4.get("/documents")
def documents():
    for item in client.list_objects(bucket_name=tp.bucket("photos")):
        seen[item.object_name] = item.size
    return [{"key": key, "size": size} for key, size in seen.items()]
""",
        "vient d'être retiré",
        1,
    ),
}

THEN = {
    "en profondeur": (_route(options=", recursive=True"), None),
    "zéro pour un préfixe": (_route(size="item.size or 0"), _route()),
}
