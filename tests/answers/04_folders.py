SECOND = """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"), recursive=True)
keys = [item.object_name for item in found]
folders = list({key.split("/")[0] + "/" for key in keys if "/" in key})
"""

WRONG = {
    "objets de la racine compris": (
        """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"))
folders = [item.object_name for item in found]
""",
        "La liste contient des objets",
    ),
    "tous les niveaux": (
        """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"), recursive=True)
keys = [item.object_name for item in found]
folders = sorted({key.rpartition("/")[0] + "/" for key in keys if "/" in key})
""",
        "plus loin que le premier niveau",
    ),
    "sans la barre": (
        """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"))
folders = [item.object_name.strip("/") for item in found if item.is_dir]
""",
        "Il manque la barre finale",
    ),
    "noms répétés": (
        """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"), recursive=True)
keys = [item.object_name for item in found]
folders = [key.split("/")[0] + "/" for key in keys if "/" in key]
""",
        "plusieurs fois",
    ),
    "recopiés d'un autre bucket": (
        'folders = ["photos/", "videos/"]',
        "Ce ne sont pas les préfixes",
    ),
    "un nombre": (
        "folders = 3",
        "une liste de textes",
    ),
}
