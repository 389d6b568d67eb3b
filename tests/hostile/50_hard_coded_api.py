"""Des API qui récitent les données distribuées ; l'une lit ce que l'examen vient d'ajouter."""

REPLAY = True
LESSON = "06"
CELLS = {
    "upload": "...",
    "presigned_put": "...",
    "presigned_get": "...",
    "listing": """
@app4.get("/documents")
def documents():
    flat, _ = PHOTOS
    found = client.list_objects(bucket_name=tp.bucket("photos"))
    return flat + [{"key": item.object_name, "size": item.size} for item in found
                   if item.object_name.startswith("verification-")]
""",
    "recursive": """
@app5.get("/documents")
def documents(recursive: bool = False):
    flat, deep = ALBUM
    return deep if recursive else flat
""",
    "errors": "...",
    "large": "...",
}
POINTS = {"listing": 0, "recursive": 0}
SAYS = {"listing": "ne suit pas les données", "recursive": "ne suit pas les données"}
