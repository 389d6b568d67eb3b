SECOND = """
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
"""

UNDELETE = """
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

OLDEST = """
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

WRONG = {
    "une seule": (
        UNDELETE.format(slash="/", condition="item.is_delete_marker", slice="[:1]"),
        "Il manque encore des factures",
    ),
    "sans la barre finale": (
        UNDELETE.format(slash="", condition="item.is_delete_marker", slice=""),
        "il n'est pas sous factures/",
    ),
    "les versions plutôt que les marqueurs": (
        UNDELETE.format(slash="/", condition="not item.is_delete_marker", slice=""),
        "effacée pour de bon",
    ),
    "la première version de chacune": (
        OLDEST,
        "pas dans sa dernière version",
    ),
}
