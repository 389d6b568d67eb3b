SECOND = """
with open(path, "rb") as film:
    client.put_object(
        bucket_name=tp.bucket("films"),
        object_name="maree",
        data=film,
        length=-1,
        part_size=5 * 1024 * 1024,
        content_type="video/mp4",
    )
"""

WRONG = {
    "type oublié": (
        """
client.fput_object(bucket_name=tp.bucket("films"), object_name="maree", file_path=path)
""",
        "rien ne dit au navigateur",
    ),
    "autre clé": (
        """
client.fput_object(
    bucket_name=tp.bucket("films"),
    object_name="maree.mp4",
    file_path=path,
    content_type="video/mp4",
)
""",
        "pas sous la clé demandée",
    ),
    "le chemin à la place du contenu": (
        """
import io

client.put_object(
    bucket_name=tp.bucket("films"),
    object_name="maree",
    data=io.BytesIO(path.encode()),
    length=len(path.encode()),
    content_type="video/mp4",
)
""",
        "n'a pas les octets de la vidéo",
    ),
}
