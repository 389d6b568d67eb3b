SECOND = """
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
"""

_ROUTE = """
@app5.get("/documents")
def documents(recursive{parameter}):
    found = client.list_objects(bucket_name=tp.bucket("albums"), recursive=recursive)
    return [{{"key": item.object_name, "size": item.size}} for item in found]
"""

WRONG = {
    "un texte pour booléen": (
        _ROUTE.format(parameter=': str = ""'),
        "/documents?recursive=false : les clés ne sont pas celles attendues",
    ),
    "vrai par défaut": (
        _ROUTE.format(parameter=": bool = True"),
        "GET /documents : les clés ne sont pas celles attendues",
    ),
    "obligatoire": (
        _ROUTE.format(parameter=": bool"),
        "GET /documents : FastAPI refuse les paramètres de l'énoncé",
    ),
    "le paramètre est ignoré": (
        _ROUTE.format(parameter=": bool = False").replace(", recursive=recursive", ""),
        "/documents?recursive=true : les clés ne sont pas celles attendues",
    ),
    "autre nom": (
        _ROUTE.format(parameter=": bool = False")
        .replace("recursive", "profond", 1)
        .replace("recursive=recursive", "recursive=profond"),
        "/documents?recursive=true : les clés ne sont pas celles attendues",
    ),
}
