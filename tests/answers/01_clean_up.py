RIGHT = {
    "suppression par lots": """
from minio.deleteobjects import DeleteObject

doomed = [b.name for b in client.list_buckets() if "-brouillon-" in b.name]
for name in doomed:
    keys = [o.object_name for o in client.list_objects(bucket_name=name, recursive=True)]
    list(client.remove_objects(bucket_name=name, delete_object_list=map(DeleteObject, keys)))
    client.remove_bucket(bucket_name=name)
""",
    "remove_bucket du kit, que la leçon montre": """
from helpers import remove_bucket

for bucket in client.list_buckets():
    if bucket.name.startswith(drafts):
        remove_bucket(client, bucket.name)
""",
    "remove_space du kit": """
from helpers import remove_space

remove_space(client, drafts)
""",
    "essayer, vider si c'est plein": """
from minio.error import S3Error

for name in sorted(bucket.name for bucket in client.list_buckets()):
    if not name.startswith(f"{drafts}-"):
        continue
    try:
        client.remove_bucket(bucket_name=name)
    except S3Error as error:
        if error.code != "BucketNotEmpty":
            raise
        client.remove_object(bucket_name=name, object_name="note.txt")
        client.remove_bucket(bucket_name=name)
""",
    "deux fonctions, deux exécutions": """
def emptied(name):
    for item in client.list_objects(name):
        client.remove_object(name, item.object_name)
    return name


def clean():
    for bucket in filter(lambda found: found.name.startswith(drafts), client.list_buckets()):
        client.remove_bucket(emptied(bucket.name))


clean()
clean()
""",
}

_EACH = """
from minio.error import S3Error

for bucket in {among}:
    if bucket.name.startswith(drafts):
        {body}
"""


def _each(body, among="client.list_buckets()"):
    return _EACH.format(among=among, body=body.replace("\n", "\n        "))


_EMPTY = """for item in client.list_objects(bucket_name=bucket.name, recursive=True):
    client.remove_object(bucket_name=bucket.name, object_name=item.object_name)"""
_REMOVE = "client.remove_bucket(bucket_name=bucket.name)"
_RELAXED = f"try:\n    {_REMOVE}\nexcept S3Error:\n    pass"

WRONG = {
    "s'arrête au premier bucket plein": (_each(_RELAXED), "Il reste 2\xa0brouillons", 0.5),
    "sans vider": (_each(_REMOVE), "la boucle s'est arrêtée au premier qui contient un objet", 0),
    "vidés seulement": (_each(_EMPTY), "vidés, mais aucun bucket n'est supprimé", 0),
    "un de moins": (
        _each(
            f"{_EMPTY}\n{_REMOVE}",
            "[b for b in client.list_buckets() if b.name.startswith(drafts)][1:]",
        ),
        "Il reste 1\xa0brouillon",
        0.75,
    ),
    "supprime tout l'espace": (
        """
from helpers import remove_bucket

for bucket in client.list_buckets():
    if bucket.name.startswith(tp.bucket("")):
        remove_bucket(client, bucket.name)
""",
        "Le bucket de départ « rapport-final » n'existe plus. tp.clean_up.reset()",
        0,
    ),
    "vide aussi le rapport": (
        """
client.remove_object(bucket_name=tp.bucket("rapport-final"), object_name="note.txt")
""",
        "L'objet de départ « note.txt » n'est plus dans « rapport-final »",
        0,
    ),
    "recrée le rapport": (
        """
from helpers import remove_bucket

for bucket in client.list_buckets():
    if bucket.name.startswith(tp.bucket("")):
        remove_bucket(client, bucket.name)
client.make_bucket(bucket_name=tp.bucket("rapport-final"))
""",
        "L'objet de départ « note.txt » n'est plus dans « rapport-final »",
        0,
    ),
    "liste affichée": (
        "[x.name for x in client.list_buckets() if x.name.startswith(drafts)]",
        "aucun n'a été demandé",
    ),
    "rapport vidé": (
        """
for x in client.list_buckets():
    if x.name.startswith(tp.bucket("")):
        for i in client.list_objects(x.name, recursive=True):
            client.remove_object(x.name, i.object_name)
    if x.name.startswith(drafts):
        client.remove_bucket(x.name)
""",
        "n'est plus dans « rapport-final »",
    ),
    "un brouillon recréé": (
        _each(f"{_EMPTY}\n{_REMOVE}") + '\nclient.make_bucket(bucket_name=tp.bucket("brouillon"))',
        "Il reste 1\xa0brouillon",
        0.75,
    ),
    "un objet sauvé dans le rapport": (
        """
from minio.commonconfig import CopySource

report = tp.bucket("rapport-final")
for bucket in client.list_buckets():
    if bucket.name.startswith(drafts):
        for item in client.list_objects(bucket_name=bucket.name, recursive=True):
            source = CopySource(bucket_name=bucket.name, object_name=item.object_name)
            client.copy_object(report, f"{bucket.name}/{item.object_name}", source)
            client.remove_object(bucket_name=bucket.name, object_name=item.object_name)
        client.remove_bucket(bucket_name=bucket.name)
""",
        "« rapport-final », à garder tel quel, a reçu",
        0,
    ),
}

THEN = {
    "s'arrête au premier bucket plein": (WRONG["s'arrête au premier bucket plein"][0], None),
    "vidés seulement": (WRONG["vidés seulement"][0], None),
    "sans vider": (WRONG["sans vider"][0], None),
    "données détruites": (
        WRONG["supprime tout l'espace"][0],
        "tp.clean_up.reset()\n" + RIGHT["suppression par lots"],
    ),
}
