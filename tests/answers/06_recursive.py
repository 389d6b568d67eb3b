_ROUTE = """
@app5.get("/documents")
def documents(recursive{parameter}):
    found = client.list_objects(bucket_name=tp.bucket("albums"), recursive={given})
    return [{{"key": item.object_name, "size": item.size}} for item in found]
"""


def _route(parameter=": bool = False", given="recursive"):
    return _ROUTE.format(parameter=parameter, given=given)


RIGHT = {
    "un alias, un parcours à la main": """
from typing import Annotated

from fastapi import Query


@app5.get("/documents")
def browse(deep: Annotated[bool, Query(alias="recursive")] = False):
    bucket = tp.bucket("albums")
    if deep:
        pending, result = [""], []
        while pending:
            for item in client.list_objects(bucket_name=bucket, prefix=pending.pop()):
                if item.is_dir:
                    pending.append(item.object_name)
                else:
                    result.append({"key": item.object_name, "size": item.size})
        return result
    found = client.list_objects(bucket_name=bucket)
    return [{"size": item.size, "key": item.object_name} for item in found]
""",
    "facultatif": _route(": bool | None = None", "bool(recursive)"),
    "un texte comparé": _route(': str = "false"', '(recursive == "true")'),
    "la requête elle-même": """
from fastapi import Request


@app5.get("/documents")
def documents(request: Request):
    deep = request.query_params.get("recursive") == "true"
    found = client.list_objects(tp.bucket("albums"), recursive=deep)
    return [{"key": one.object_name, "size": one.size, "album": "vacances"} for one in found]
""",
    "une application montée": """
albums = FastAPI()


@albums.get("/documents")
def documents(recursive: bool = False):
    found = client.list_objects(bucket_name=tp.bucket("albums"), recursive=recursive)
    return [{"key": item.object_name, "size": item.size} for item in found]


app5.mount("/", albums)
""",
}

_ONCE = """
flat = [
    {{"key": item.object_name, "size": item.size}}
    for item in client.list_objects(bucket_name=tp.bucket("albums"))
]
deep = [
    {{"key": item.object_name, "size": item.size}}
    for item in client.list_objects(bucket_name=tp.bucket("albums"), recursive=True)
]


@app5.get("/documents")
def documents(recursive: bool = False):
    {body}
"""

WRONG = {
    "un texte pour booléen": (
        _route(': str = ""'),
        "/documents?recursive=false : la liste descend dans les préfixes",
        1,
    ),
    "sans annotation": (
        _route("=False"),
        "/documents?recursive=false : la liste descend dans les préfixes",
        1,
    ),
    "vrai par défaut": (
        _route(": bool = True"),
        "GET /documents : la liste descend dans les préfixes",
        1,
    ),
    "obligatoire": (
        _route(": bool"),
        "qui n'a pas un paramètre de requête « recursive » que votre fonction demande",
        1,
    ),
    "le paramètre est ignoré": (
        _route(given="False"),
        "/documents?recursive=true : la liste s'arrête au premier niveau",
        0,
    ),
    "autre nom": (
        _route().replace("recursive", "profond", 1).replace("=recursive", "=profond"),
        "/documents?recursive=true : la liste s'arrête au premier niveau",
        0,
    ),
    "les préfixes en plus": (
        """
@app5.get("/documents")
def documents(recursive: bool = False):
    found = [*client.list_objects(tp.bucket("albums"))]
    if recursive:
        found += [
            item for item in client.list_objects(tp.bucket("albums"), recursive=True)
            if "/" in item.object_name
        ]
    return [{"key": item.object_name, "size": item.size} for item in found]
""",
        "elle montre des préfixes",
        0,
    ),
    "listes lues une fois": (
        _ONCE.format(body="return deep if recursive else flat"),
        "La liste doit être lue à chaque requête",
        1,
    ),
    "une liste lue une fois": (
        _ONCE.format(
            body="""if recursive:
        return deep
    found = client.list_objects(bucket_name=tp.bucket("albums"))
    return [{"key": item.object_name, "size": item.size} for item in found]"""
        ).replace("{{", "{"),
        "GET /documents?recursive=true : un objet vient d'être ajouté",
        1,
    ),
    "zéro pour un préfixe": (
        _route().replace("item.size}", "item.size or 0}"),
        "n'est pas la bonne",
        1,
    ),
    "deux niveaux seulement": (
        """
@app5.get("/documents")
def documents(recursive: bool = False):
    found = [*client.list_objects(tp.bucket("albums"))]
    if recursive:
        found = [
            one for item in found
            for one in client.list_objects(tp.bucket("albums"), prefix=item.object_name)
        ]
    return [{"key": item.object_name, "size": item.size} for item in found]
""",
        "la liste s'arrête au premier niveau",
        0,
    ),
    "un nombre": (
        """
@app5.get("/documents")
def documents(recursive: int = 0):
    found = client.list_objects(bucket_name=tp.bucket("albums"), recursive=bool(recursive))
    return [{"key": item.object_name, "size": item.size} for item in found]
""",
        "votre fonction n'accepte pas « true » pour un paramètre de requête « recursive »",
        0,
    ),
}

THEN = {
    "un texte": (_route(': str = ""'), None),
    "obligatoire": (_route(": bool"), _route(": bool = False")),
}
