RIGHT = {
    "un flux en parties": """
with open(path, "rb") as film:
    client.put_object(
        bucket_name=tp.bucket("films"),
        object_name="maree",
        data=film,
        length=-1,
        part_size=5 * 1024 * 1024,
        content_type="video/mp4",
    )
""",
    "en mémoire, type deviné par Python": """
import io
import mimetypes
from pathlib import Path

data = Path(path).read_bytes()
client.put_object(
    tp.bucket("films"), "maree", io.BytesIO(data), len(data), mimetypes.guess_type(path)[0]
)
""",
    "type corrigé ensuite": """
from minio.commonconfig import REPLACE, CopySource

films = tp.bucket("films")
client.fput_object(bucket_name=films, object_name="maree", file_path=path)
client.copy_object(
    bucket_name=films,
    object_name="maree",
    source=CopySource(bucket_name=films, object_name="maree"),
    metadata={"Content-Type": "video/mp4"},
    metadata_directive=REPLACE,
)
""",
    "URL présignée et requests": """
import requests

url = client.presigned_put_object(bucket_name=tp.bucket("films"), object_name="maree")
with open(path, "rb") as film:
    requests.put(url, data=film, headers={"Content-Type": "Video/MP4"}, timeout=10)
""",
    "avec une barre, et un autre objet": """
from helpers import upload_bar

with upload_bar() as bar:
    client.fput_object(
        bucket_name=tp.bucket("films"), object_name="maree", file_path=path,
        content_type='video/mp4; codecs="avc1"', progress=bar,
    )
client.fput_object(bucket_name=tp.bucket("films"), object_name="essai", file_path=path)
""",
    "copie": """
from minio.commonconfig import CopySource

b = tp.bucket("films")
client.fput_object(b, "tmp.mp4", path, "video/mp4")
client.copy_object(b, "maree", CopySource(b, "tmp.mp4"))
client.remove_object(b, "tmp.mp4")
""",
}

_PUT = """
import io
from pathlib import Path

client.fput_object(
    bucket_name=tp.bucket("films"), object_name="{key}", file_path={file}, {options}
)
"""


def _put(key="maree", file="path", options='content_type="video/mp4"'):
    return _PUT.format(key=key, file=file, options=options)


_BYTES = """
import io
from pathlib import Path

data = {data}
client.put_object(
    bucket_name=tp.bucket("films"),
    object_name="maree",
    data=io.BytesIO(data),
    length={length},
    content_type="video/mp4",
)
"""

WRONG = {
    "type oublié": (_put(options=""), "rien ne dit son type de contenu", 0.5),
    "autre clé": (_put("maree.mp4"), "n'est pas dans « films »", 0),
    "majuscule dans la clé": (_put("Maree"), "seules les majuscules diffèrent"),
    "un autre type": (_put(options='content_type="mp4"'), "son type de contenu n'est pas", 0.5),
    "type rangé dans les métadonnées": (
        _put(options='metadata={"content_type": "video/mp4"}'),
        "rangé parmi vos métadonnées",
        0.5,
    ),
    "le chemin à la place du contenu": (
        _BYTES.format(data="path.encode()", length="len(data)"),
        "contient le chemin de la vidéo",
    ),
    "un flux déjà lu": (
        """
with open(path, "rb") as film:
    film.read()
    client.put_object(
        bucket_name=tp.bucket("films"), object_name="maree", data=film, length=-1,
        part_size=5 * 1024 * 1024, content_type="video/mp4",
    )
""",
        "est vide",
    ),
    "taille trop petite": (
        _BYTES.format(data="Path(path).read_bytes()", length="1024"),
        "tronqué",
    ),
    "une autre vidéo": (
        _put(file='str(sample("phare.jpg"))'),
        "n'a pas le contenu attendu",
    ),
    "avec extension": (
        """
client.fput_object(tp.bucket("films"), "maree.mp4", path, content_type="video/mp4")
""",
        "une extension est de trop",
    ),
    "bucket dans la clé": (
        """
client.fput_object(tp.bucket("films"), "films/maree", path, content_type="video/mp4")
""",
        "un préfixe est de trop",
    ),
    "ouvert en texte": (
        """
d = open(path, encoding="latin-1").read().encode()
import io

client.put_object(
    tp.bucket("films"), "maree", io.BytesIO(d), len(d), content_type="video/mp4"
)
""",
        "n'a pas le contenu attendu",
    ),
}

THEN = {
    "type oublié": (_put(options=""), None),
    "autre clé": (_put("maree.mp4"), None),
    "tronqué": (_BYTES.format(data="Path(path).read_bytes()", length="1024"), None),
}
