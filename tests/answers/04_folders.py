RIGHT = {
    "d'après toutes les clés": """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"), recursive=True)
keys = [item.object_name for item in found]
folders = list({key.split("/")[0] + "/" for key in keys if "/" in key})
""",
    "un ensemble": """
found = client.list_objects(tp.bucket("bibliotheque"))
folders = {item.object_name for item in found if item.object_name.endswith("/")}
""",
    "un tuple, à l'envers": """
names = (item.object_name for item in client.list_objects(tp.bucket("bibliotheque"))
         if item.is_dir)
folders = tuple(sorted(names, reverse=True))
""",
    "un dictionnaire, dont les clés suffisent": """
sizes = {}
for item in client.list_objects(bucket_name=tp.bucket("bibliotheque"), recursive=True):
    folder, slash, _ = item.object_name.partition("/")
    if slash:
        sizes[folder + slash] = sizes.get(folder + slash, 0) + item.size
folders = sizes.keys()
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
answer = s3.list_objects_v2(Bucket=tp.bucket("bibliotheque"), Delimiter="/")
folders = [found["Prefix"] for found in answer["CommonPrefixes"]]
""",
    "dict": """
b = tp.bucket("bibliotheque")
folders = dict.fromkeys(i.object_name for i in client.list_objects(b) if i.is_dir).keys()
""",
}

_LEVEL = """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"))
folders = [{value} for item in found if {condition}]
"""
_KEYS = """
found = client.list_objects(bucket_name=tp.bucket("bibliotheque"), recursive=True)
keys = [item.object_name for item in found]
folders = {folders}
"""

WRONG = {
    "objets de la racine compris": (
        _LEVEL.format(value="item.object_name", condition="True"),
        "La liste contient des objets",
        0,
    ),
    "tous les niveaux": (
        _KEYS.format(folders='{key.rpartition("/")[0] + "/" for key in keys if "/" in key}'),
        "plus loin que le premier niveau",
        0,
    ),
    "sans la barre": (
        _LEVEL.format(value='item.object_name.strip("/")', condition="item.is_dir"),
        "Il manque la barre finale",
        0.5,
    ),
    "la barre au début": (
        _LEVEL.format(value='"/" + item.object_name', condition="item.is_dir"),
        "seul le « / » du début diffère",
        0,
    ),
    "noms répétés": (
        _KEYS.format(folders='[key.split("/")[0] + "/" for key in keys if "/" in key]'),
        "plus d'une fois",
        0.5,
    ),
    "un point est une extension": (
        _LEVEL.format(value="item.object_name", condition='"." not in item.object_name'),
        "La liste contient des objets",
        0,
    ),
    "un préfixe oublié": (
        _LEVEL.format(value="item.object_name", condition="item.is_dir") + "folders = folders[:-1]",
        "il manque 1\xa0valeur",
        0,
    ),
    "recopiés de la leçon": ('folders = ["photos/", "videos/"]', "La réponse", 0),
    "un nombre": ("folders = 3", "une liste est attendue", 0),
    "un texte": (
        _LEVEL.format(value="item.object_name", condition="item.is_dir")
        + 'folders = " ".join(folders)',
        "une liste est attendue, pas un texte",
        0,
    ),
    "minuscules": (
        """
b = tp.bucket("bibliotheque")
folders = [i.object_name.lower() for i in client.list_objects(b) if i.is_dir]
""",
        "seules les majuscules diffèrent",
    ),
    "racine avec barre": (
        """
b = tp.bucket("bibliotheque")
folders = sorted(
    {i.object_name.split("/")[0] + "/" for i in client.list_objects(b, recursive=True)}
)
""",
        "même suivi d'une barre",
    ),
    "avec bucket": (
        """
b = tp.bucket("bibliotheque")
folders = [f"{b}/{i.object_name}" for i in client.list_objects(b) if i.is_dir]
""",
        "le nom du bucket",
    ),
}

THEN = {
    "objets de la racine compris": (WRONG["objets de la racine compris"][0], None),
    "sans la barre": (WRONG["sans la barre"][0], None),
}
