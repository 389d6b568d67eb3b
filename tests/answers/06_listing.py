SECOND = """
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
"""

WRONG = {
    "les clés seules": (
        """
@app4.get("/documents")
def documents():
    return [item.object_name for item in client.list_objects(bucket_name=tp.bucket("photos"))]
""",
        "n'a pas les champs demandés",
    ),
    "zéro pour un préfixe": (
        """
@app4.get("/documents")
def documents():
    found = client.list_objects(bucket_name=tp.bucket("photos"))
    return [{"key": item.object_name, "size": item.size or 0} for item in found]
""",
        "n'est pas la bonne",
    ),
    "en profondeur": (
        """
@app4.get("/documents")
def documents():
    found = client.list_objects(bucket_name=tp.bucket("photos"), recursive=True)
    return [{"key": item.object_name, "size": item.size} for item in found]
""",
        "les clés ne sont pas celles attendues",
    ),
    "liste calculée une fois": (
        """
found = client.list_objects(bucket_name=tp.bucket("photos"))
result = [{"key": item.object_name, "size": item.size} for item in found]


@app4.get("/documents")
def documents():
    return result
""",
        "la liste doit être lue à chaque requête",
    ),
    "un dictionnaire": (
        """
@app4.get("/documents")
def documents():
    found = client.list_objects(bucket_name=tp.bucket("photos"))
    return {item.object_name: item.size for item in found}
""",
        "n'est pas une liste JSON",
    ),
    "sans les préfixes": (
        """
@app4.get("/documents")
def documents():
    found = client.list_objects(bucket_name=tp.bucket("photos"))
    return [{"key": i.object_name, "size": i.size} for i in found if not i.is_dir]
""",
        "les clés ne sont pas celles attendues",
    ),
}
