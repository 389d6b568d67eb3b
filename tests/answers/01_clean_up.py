SECOND = """
from minio.deleteobjects import DeleteObject

doomed = [b.name for b in client.list_buckets() if "-brouillon-" in b.name]
for name in doomed:
    keys = [o.object_name for o in client.list_objects(bucket_name=name, recursive=True)]
    list(client.remove_objects(bucket_name=name, delete_object_list=map(DeleteObject, keys)))
    client.remove_bucket(bucket_name=name)
"""

WRONG = {
    "s'arrête au premier bucket plein": (
        """
from minio.error import S3Error

for bucket in client.list_buckets():
    if bucket.name.startswith(drafts):
        try:
            client.remove_bucket(bucket_name=bucket.name)
        except S3Error:
            pass
""",
        "Il reste 2\xa0brouillons",
    ),
    "supprime tout l'espace": (
        """
from helpers import remove_bucket

for bucket in client.list_buckets():
    if bucket.name.startswith(tp.bucket("")):
        remove_bucket(client, bucket.name)
""",
        "Le bucket de départ « rapport-final » n'existe plus",
    ),
    "vide aussi le rapport": (
        """
client.remove_object(bucket_name=tp.bucket("rapport-final"), object_name="note.txt")
""",
        "L'objet de départ « note.txt » n'est plus dans « rapport-final »",
    ),
}
