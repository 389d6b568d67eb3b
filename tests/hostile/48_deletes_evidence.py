"""Un exercice supprime tout ce que les précédents ont laissé : leur preuve est déjà prise."""

CELLS = {
    "names": """
for bucket in client.list_buckets():
    for item in client.list_objects(bucket_name=bucket.name, recursive=True):
        client.remove_object(bucket_name=bucket.name, object_name=item.object_name)
    client.remove_bucket(bucket_name=bucket.name)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 0}
