SECOND = """
import io

types = {"jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4", "json": "application/json"}
types |= {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}
for item in list(client.list_objects(bucket_name=site)):
    extension = item.object_name.split(".")[-1]
    if extension not in types:
        continue
    response = client.get_object(bucket_name=site, object_name=item.object_name)
    data = response.read()
    response.close()
    response.release_conn()
    client.put_object(
        bucket_name=site,
        object_name=item.object_name,
        data=io.BytesIO(data),
        length=len(data),
        content_type=types[extension],
    )
"""

COPY = """
from minio.commonconfig import REPLACE, CopySource

types = {{"jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4"}}
types |= {{"csv": "text/csv", "html": "text/html", "json": "application/json"}}
for item in list(client.list_objects(bucket_name=site)):
    extension = item.object_name.split(".")[-1]
    client.copy_object(
        bucket_name=site,
        object_name={key},
        source=CopySource(bucket_name=site, object_name=item.object_name),
        metadata={{"Content-Type": {type}}},
        metadata_directive=REPLACE,
    )
"""

WRONG = {
    "l'objet sans extension devient des octets": (
        COPY.format(key="item.object_name", type='types.get(extension, "application/x-inconnu")'),
        "Types faux : 1 sur 9",
    ),
    "tout en texte": (
        COPY.format(key="item.object_name", type='"text/plain"'),
        "Types faux : 8 sur 9",
    ),
    "copie sous un autre nom": (
        COPY.format(key='f"juste-{item.object_name}"', type='"text/plain"'),
        "ou il y en a un de trop",
    ),
    "octets perdus": (
        """
import io

client.put_object(
    bucket_name=site,
    object_name="LISEZMOI",
    data=io.BytesIO(),
    length=0,
    content_type="text/plain",
)
""",
        "seul son type devait changer",
    ),
}
