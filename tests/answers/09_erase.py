_ERASE = """
bucket = tp.bucket("clients")
found = client.list_objects(bucket_name=bucket, prefix=key[:{length}], include_version=True)
for item in list(found):
    if {condition}:
        client.remove_object(
            bucket_name=bucket, object_name=item.object_name, version_id=item.version_id
        )
"""

RIGHT = {
    "en lot": """
from minio.deleteobjects import DeleteObject

found = client.list_objects(bucket_name=tp.bucket("clients"), include_version=True)
doomed = [DeleteObject(key, item.version_id) for item in found if item.object_name == key]
list(client.remove_objects(bucket_name=tp.bucket("clients"), delete_object_list=doomed))
""",
    "tout le bucket parcouru, en arrière": """
bucket = tp.bucket("clients")
found = list(client.list_objects(bucket_name=bucket, include_version=True, recursive=True))
for item in reversed(found):
    if item.object_name == key:
        client.remove_object(bucket, key, version_id=item.version_id)
""",
    "supprimé, puis les versions": """
bucket = tp.bucket("clients")
client.remove_object(bucket_name=bucket, object_name=key)
while found := [
    item
    for item in client.list_objects(bucket_name=bucket, prefix=key, include_version=True)
    if item.object_name == key
]:
    client.remove_object(bucket_name=bucket, object_name=key, version_id=found[-1].version_id)
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
listing = s3.list_object_versions(Bucket=tp.bucket("clients"), Prefix=key)
for item in listing["Versions"] + listing.get("DeleteMarkers", []):
    if item["Key"] == key:
        s3.delete_object(Bucket=tp.bucket("clients"), Key=key, VersionId=item["VersionId"])
""",
}

_EXACT = "item.object_name == key"

WRONG = {
    "sous la clé suivie d'une barre": (
        """
found = client.list_objects(tp.bucket("clients"), prefix=f"{key}/", include_version=True)
for item in list(found):
    client.remove_object(tp.bucket("clients"), item.object_name, version_id=item.version_id)
""",
        "n'en trouve aucune : cette clé n'a pas de barre",
    ),
    "une suppression simple": (
        'client.remove_object(bucket_name=tp.bucket("clients"), object_name=key)',
        "peuvent encore être lues",
        0,
    ),
    "la version courante seule": (
        _ERASE.format(length="None", condition=_EXACT + ' and str(item.is_latest) == "true"'),
        "peuvent encore être lues",
        0,
    ),
    "les marqueurs oubliés": (
        _ERASE.format(length="None", condition=_EXACT + " and not item.is_delete_marker"),
        "un marqueur montre encore",
        1,
    ),
    "sans la clé exacte": (
        _ERASE.format(length="None", condition="True"),
        "sa clé commence par celle-là",
        0,
    ),
    "préfixe trop court": (
        _ERASE.format(length="-2", condition="True"),
        "sa clé commence par celle-là",
        0,
    ),
    "tout le bucket": (_ERASE.format(length="0", condition="True"), "a perdu des versions", 0),
    "en lot, jamais parcouru": (
        """
from minio.deleteobjects import DeleteObject

found = client.list_objects(tp.bucket("clients"), prefix=key, include_version=True)
doomed = [DeleteObject(key, item.version_id) for item in found if item.object_name == key]
client.remove_objects(bucket_name=tp.bucket("clients"), delete_object_list=doomed)
""",
        "tant que vous ne parcourez pas son résultat",
        0,
    ),
    "le bucket ne garde plus les versions": (
        """
from minio.versioningconfig import VersioningConfig

client.set_bucket_versioning(tp.bucket("clients"), VersioningConfig("Suspended"))
client.remove_object(tp.bucket("clients"), key)
""",
        "peuvent encore être lues",
        0,
    ),
    "la demande aussi": (
        """
for item in client.list_objects(tp.bucket("clients"), recursive=True, include_version=True):
    if item.object_name in (key, "demande.txt"):
        client.remove_object(tp.bucket("clients"), item.object_name, version_id=item.version_id)
""",
        "« demande.txt » n'est plus",
        1,
    ),
    "conservation suspendue": (
        """
from minio.versioningconfig import SUSPENDED, VersioningConfig

suspended = VersioningConfig(status=SUSPENDED)
client.set_bucket_versioning(bucket_name=tp.bucket("clients"), config=suspended)
"""
        + RIGHT["en lot"],
        "le bucket ne garde plus les versions",
        1,
    ),
}

THEN = {
    "une suppression simple": (WRONG["une suppression simple"][0], None),
    "les marqueurs oubliés": (WRONG["les marqueurs oubliés"][0], RIGHT["en lot"]),
    "un voisin emporté": (
        WRONG["sans la clé exacte"][0],
        "tp.erase.reset()\n" + RIGHT["boto3"],
    ),
}
