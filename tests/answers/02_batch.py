SECOND = """
bucket = tp.bucket("releves")
for item in list(client.list_objects(bucket_name=bucket, recursive=True)):
    if item.object_name.startswith("2025/"):
        client.remove_object(bucket_name=bucket, object_name=item.object_name)
left = sorted(o.object_name for o in client.list_objects(bucket_name=bucket, recursive=True))
"""

DELETE = """
from minio.deleteobjects import DeleteObject

bucket = tp.bucket("releves")
keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]
doomed = [DeleteObject(name=key) for key in keys if {condition}]
errors = client.remove_objects(bucket_name=bucket, delete_object_list=doomed)
{then}
"""
RIGHT = {
    "condition": 'key.startswith("2025/")',
    "then": 'left = [key for key in keys if not key.startswith("2025/")]',
}
CONSUMED = "list(errors)\n"

WRONG = {
    "générateur non parcouru": (DELETE.format(**RIGHT), "la demande n'est jamais partie"),
    "un bilan de 2026 emporté": (
        DELETE.format(condition='"2025" in key', then=CONSUMED + "left = []"),
        "à garder ont disparu",
    ),
    "un mois oublié": (
        DELETE.format(
            condition='key.startswith("2025/") and key != min(keys)',
            then=CONSUMED + RIGHT["then"],
        ),
        "Il reste des relevés",
    ),
    "la liste d'avant": (
        DELETE.format(**RIGHT | {"then": CONSUMED + "left = keys"}),
        "la preuve n'est pas la liste",
    ),
    "un nombre": (
        DELETE.format(**RIGHT | {"then": CONSUMED + "left = 0"}),
        "la preuve n'est pas la liste",
    ),
}
