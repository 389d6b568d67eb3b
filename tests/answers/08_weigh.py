SECOND = """
weights = {"visible": 0, "conserve": 0, "marqueurs": 0}
bucket = tp.bucket("mesures")
for item in client.list_objects(bucket_name=bucket, prefix="", recursive=True,
                                include_version=True):
    if item.is_delete_marker:
        weights["marqueurs"] += 1
    else:
        stat = client.stat_object(
            bucket_name=bucket, object_name=item.object_name, version_id=item.version_id
        )
        weights["conserve"] += stat.size
        if item.is_latest in (True, "true"):
            weights["visible"] += stat.size
"""

WEIGH = """
bucket = tp.bucket("mesures")
seen = list(client.list_objects(bucket_name=bucket, recursive=True))
found = list(client.list_objects(bucket_name=bucket, recursive=True, include_version=True))
markers = sum(item.is_delete_marker for item in found)
kept = sum(item.size or 0 for item in found)
weights = {answer}
"""

WRONG = {
    "le visible pour tout": (
        WEIGH.format(
            answer='{"visible": sum(i.size for i in seen), "conserve": sum(i.size for i in seen), '
            '"marqueurs": markers}'
        ),
        "Le poids conservé",
    ),
    "tout pour le visible": (
        WEIGH.format(answer='{"visible": kept, "conserve": kept, "marqueurs": markers}'),
        "Le poids visible",
    ),
    "toutes les versions comptées": (
        WEIGH.format(
            answer='{"visible": sum(i.size for i in seen), "conserve": kept, '
            '"marqueurs": len(found)}'
        ),
        "le nombre de marqueurs",
    ),
    "un nombre": (
        WEIGH.format(answer="kept"),
        "un dictionnaire de trois nombres",
    ),
}
