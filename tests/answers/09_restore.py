_UNDELETE = """
found = client.list_objects(
    bucket_name=tp.bucket("dossier"), prefix="factures{slash}", recursive=True,
    include_version=True,
)
for item in [item for item in found if {condition}]{slice}:
    client.remove_object(
        bucket_name=tp.bucket("dossier"), object_name=item.object_name,
        version_id=item.version_id,
    )
"""

_OLDEST = """
from minio.commonconfig import CopySource

bucket = tp.bucket("dossier")
found = client.list_objects(
    bucket_name=bucket, prefix="factures/", recursive=True, include_version=True
)
oldest = {item.object_name: item.version_id for item in found if not item.is_delete_marker}
for key, version_id in oldest.items():
    source = CopySource(bucket_name=bucket, object_name=key, version_id=version_id)
    client.copy_object(bucket_name=bucket, object_name=key, source=source)
"""

RIGHT = {
    "la dernière version copiée": """
from minio.commonconfig import CopySource

bucket = tp.bucket("dossier")
present = {item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)}
found = client.list_objects(
    bucket_name=bucket, prefix="factures/", recursive=True, include_version=True
)
latest = {}
for item in found:
    if not item.is_delete_marker:
        latest.setdefault(item.object_name, item.version_id)
for key in latest.keys() - present:
    source = CopySource(bucket_name=bucket, object_name=key, version_id=latest[key])
    client.copy_object(bucket_name=bucket, object_name=key, source=source)
""",
    "les marqueurs, en lot": """
from minio.deleteobjects import DeleteObject

found = client.list_objects(
    tp.bucket("dossier"), prefix="factures/", recursive=True, include_version=True
)
doomed = [DeleteObject(o.object_name, o.version_id) for o in found if o.is_delete_marker]
for error in client.remove_objects(tp.bucket("dossier"), doomed):
    print(error)
""",
    "lue, puis déposée de nouveau": """
import io

bucket = tp.bucket("dossier")
found = client.list_objects(bucket, recursive=True, include_version=True)
latest = {}
for item in found:
    if item.object_name.startswith("factures/"):
        latest.setdefault(item.object_name, []).append(item)
for key, items in latest.items():
    if any(item.is_delete_marker for item in items):
        (version, *_) = [item for item in items if not item.is_delete_marker]
        with client.get_object(bucket, key, version_id=version.version_id) as response:
            data = response.read()
        client.put_object(bucket, key, io.BytesIO(data), len(data), content_type="text/plain")
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
listing = s3.list_object_versions(Bucket=tp.bucket("dossier"), Prefix="factures/")
for marker in listing["DeleteMarkers"]:
    s3.delete_object(
        Bucket=tp.bucket("dossier"), Key=marker["Key"], VersionId=marker["VersionId"]
    )
""",
}


def _undelete(slash="/", condition="item.is_delete_marker", slice=""):
    return _UNDELETE.format(slash=slash, condition=condition, slice=slice)


WRONG = {
    "déposée de nouveau, sans son type": (
        RIGHT["lue, puis déposée de nouveau"].replace(', content_type="text/plain"', ""),
        "sans le type de contenu qu'elle avait",
        2,
    ),
    "une seule": (_undelete(slice="[:1]"), "Il manque encore 2\xa0factures", 0),
    "deux seulement": (_undelete(slice="[:2]"), "Il manque encore 1\xa0facture.", 1),
    "sans la barre finale": (_undelete(slash=""), "il n'est pas sous factures/", 0),
    "les versions plutôt que les marqueurs": (
        _undelete(condition="not item.is_delete_marker"),
        "effacée pour de bon",
        0,
    ),
    "la première version de chacune": (_OLDEST, "pas dans sa dernière version", 1),
    "sans recursive": (
        _undelete().replace('prefix="factures/", recursive=True', 'prefix=""'),
        "sans recursive=True",
        0,
    ),
    "en lot, jamais parcouru": (
        RIGHT["les marqueurs, en lot"]
        .replace("for error in client", "errors = client")
        .replace("doomed):\n    print(error)", "doomed)"),
        "tant que vous ne parcourez pas son résultat",
        0,
    ),
    "tout effacé": (
        _undelete(condition="True"),
        "effacée pour de bon",
        0,
    ),
    "supprimer sans version_id": (
        """
for item in client.list_objects(
    tp.bucket("dossier"), prefix="factures/", recursive=True, include_version=True
):
    if item.is_delete_marker:
        client.remove_object(tp.bucket("dossier"), item.object_name)
""",
        "donnez son version_id",
        0,
    ),
    "comparer is_latest à True": (
        """
for item in client.list_objects(
    tp.bucket("dossier"), prefix="factures/", recursive=True, include_version=True
):
    if item.is_latest is True:
        client.remove_object(tp.bucket("dossier"), item.object_name, version_id=item.version_id)
""",
        "is_latest est un texte",
        0,
    ),
}

THEN = {
    "une seule": (WRONG["une seule"][0], None),
    "la première version de chacune": (
        WRONG["la première version de chacune"][0],
        """
from minio.commonconfig import CopySource

bucket = tp.bucket("dossier")
found = list(client.list_objects(bucket, prefix="factures/", recursive=True, include_version=True))
longest = {}
for item in found:
    if not item.is_delete_marker and item.size > longest.get(item.object_name, item).size - 1:
        longest[item.object_name] = item
for key, item in longest.items():
    client.copy_object(bucket, key, CopySource(bucket, key, version_id=item.version_id))
""",
    ),
    "des versions effacées": (
        WRONG["tout effacé"][0],
        "tp.restore.reset()\n" + RIGHT["boto3"],
    ),
}
