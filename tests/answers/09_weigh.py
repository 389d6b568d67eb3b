_WEIGH = """
bucket = tp.bucket("mesures")
seen = list(client.list_objects(bucket_name=bucket, recursive=True))
found = list(client.list_objects(bucket_name=bucket, recursive=True, include_version=True))
markers = sum(item.is_delete_marker for item in found)
kept = sum(item.size or 0 for item in found)
weights = {answer}
"""

RIGHT = {
    "un seul parcours": """
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
""",
    "les marqueurs, par différence": _WEIGH.format(
        answer="""{
    "marqueurs": len([item for item in found if item.is_delete_marker]),
    "visible": sum(item.size for item in seen),
    "conserve": kept,
}"""
    ),
    "des sommes de numpy": _WEIGH.format(
        answer="""__import__("numpy").array([sum(i.size for i in seen), kept, markers])
weights = dict(zip(["visible", "conserve", "marqueurs"], weights))"""
    ),
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
listing = s3.list_object_versions(Bucket=tp.bucket("mesures"))
weights = {
    "visible": sum(v["Size"] for v in listing["Versions"] if v["IsLatest"]),
    "conserve": sum(v["Size"] for v in listing["Versions"]),
    "marqueurs": len(listing["DeleteMarkers"]),
}
""",
}

WRONG = {
    "le visible pour tout": (
        _WEIGH.format(
            answer='{"visible": sum(i.size for i in seen), "conserve": sum(i.size for i in seen), '
            '"marqueurs": markers}'
        ),
        "Le poids conservé",
    ),
    "tout pour le visible": (
        _WEIGH.format(answer='{"visible": kept, "conserve": kept, "marqueurs": markers}'),
        "Le poids visible",
    ),
    "toutes les versions comptées": (
        _WEIGH.format(
            answer='{"visible": sum(i.size for i in seen), "conserve": kept, '
            '"marqueurs": len(found)}'
        ),
        "le nombre de marqueurs",
    ),
    "un nombre": (
        _WEIGH.format(answer="kept"),
        "un dictionnaire est attendu",
    ),
    "les marqueurs courants seuls": (
        _WEIGH.format(
            answer='{"visible": sum(i.size for i in seen), "conserve": kept, "marqueurs": '
            'sum(i.is_delete_marker and str(i.is_latest) == "true" for i in found)}'
        ),
        "même quand l'objet a été déposé de nouveau",
        1,
    ),
    "un nom oublié": (
        _WEIGH.format(answer='{"visible": sum(i.size for i in seen), "conserve": kept}'),
        "il manque 1",
        0,
    ),
    "des textes": (
        _WEIGH.format(answer='{"visible": "0", "conserve": str(kept), "marqueurs": str(markers)}'),
        "un nombre est attendu, pas un texte",
        0,
    ),
    "des nombres d'objets": (
        """
listed = {"bucket_name": tp.bucket("mesures"), "recursive": True}
found = list(client.list_objects(**listed, include_version=True))
markers = sum(item.is_delete_marker for item in found)
weights = {
    "visible": len(list(client.list_objects(**listed))),
    "conserve": len(found) - markers,
    "marqueurs": markers,
}
""",
        "des octets sont demandés",
        0,
    ),
}

THEN = {
    "le visible pour tout": (WRONG["le visible pour tout"][0], None),
    "un nombre": (WRONG["un nombre"][0], RIGHT["un seul parcours"]),
}
