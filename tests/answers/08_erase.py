SECOND = """
from minio.deleteobjects import DeleteObject

found = client.list_objects(bucket_name=tp.bucket("clients"), include_version=True)
doomed = [DeleteObject(key, item.version_id) for item in found if item.object_name == key]
list(client.remove_objects(bucket_name=tp.bucket("clients"), delete_object_list=doomed))
"""

ERASE = """
bucket = tp.bucket("clients")
found = client.list_objects(bucket_name=bucket, prefix=key[:{length}], include_version=True)
for item in list(found):
    if {condition}:
        client.remove_object(
            bucket_name=bucket, object_name=item.object_name, version_id=item.version_id
        )
"""

WRONG = {
    "une suppression simple": (
        'client.remove_object(bucket_name=tp.bucket("clients"), object_name=key)',
        "se lisent encore",
    ),
    "la version courante seule": (
        ERASE.format(length="None", condition='str(item.is_latest) == "true"'),
        "se lisent encore",
    ),
    "les marqueurs oubliés": (
        ERASE.format(length="None", condition="not item.is_delete_marker"),
        "des marqueurs disent encore",
    ),
    "préfixe trop court": (
        ERASE.format(length="-4", condition="True"),
        "sa clé commence pareil",
    ),
    "tout le bucket": (
        ERASE.format(length="0", condition="True"),
        "visé trop large",
    ),
}
