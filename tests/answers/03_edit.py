SECOND = """
import io
from urllib.parse import quote

stat = client.stat_object(bucket_name=archives, object_name="port.jpg")
names = ("auteur", "titre", "droits")
metadata = {name: stat.metadata[f"X-Amz-Meta-{name}"] for name in names}
response = client.get_object(bucket_name=archives, object_name="port.jpg")
data = response.read()
response.close()
client.put_object(
    bucket_name=archives,
    object_name="port.jpg",
    data=io.BytesIO(data),
    length=len(data),
    content_type="image/jpeg",
    metadata=metadata | {"lieu": quote(place)},
    tags=client.get_object_tags(bucket_name=archives, object_name="port.jpg"),
)
"""

_COPY = """
from urllib.parse import quote, unquote

stat = client.stat_object(bucket_name=archives, object_name="port.jpg")
old = {{n.lower()[11:]: v for n, v in stat.metadata.items() if n.lower().startswith("x-amz-meta-")}}
client.copy_object(
    bucket_name=archives,
    object_name="port.jpg",
    source=CopySource(bucket_name=archives, object_name="{source}"),
    metadata={metadata},
    metadata_directive=REPLACE,
)
"""


def _copy(metadata, source="port.jpg"):
    return _COPY.format(metadata=metadata, source=source)


WRONG = {
    "le lieu seul": (
        _copy('{"lieu": quote(place)}'),
        "d'autres métadonnées ont disparu : auteur, droits, titre",
    ),
    "type de contenu oublié": (
        _copy('old | {"lieu": quote(place)}'),
        "le type de contenu est perdu",
    ),
    "content_type avec un tiret bas": (
        _copy('old | {"lieu": quote(place), "content_type": "image/jpeg"}'),
        "qu'elle n'avait pas",
    ),
    "réencode tout": (
        _copy(
            "{n: quote(v) for n, v in old.items()} | "
            '{"lieu": quote(place), "Content-Type": "image/jpeg"}'
        ),
        "encodée deux fois",
    ),
    "lieu non encodé": (
        _copy('old | {"lieu": place.encode("ascii", "ignore").decode()}'),
        "La valeur de « lieu » n'est pas la bonne",
    ),
    "oublie le lieu": (
        _copy('{n: v for n, v in old.items() if n != "lieu"}'),
        "n'a plus de lieu",
    ),
    "recopie un autre objet": (
        _copy('old | {"lieu": quote(place), "Content-Type": "image/jpeg"}', source="lieu.txt"),
        "Les octets de l'image ont changé",
    ),
    "dépose sans les tags": (
        """
from urllib.parse import quote

from helpers import sample

stat = client.stat_object(bucket_name=archives, object_name="port.jpg")
names = ("auteur", "titre", "droits")
client.fput_object(
    bucket_name=archives,
    object_name="port.jpg",
    file_path=str(sample("port.jpg")),
    content_type="image/jpeg",
    metadata={n: stat.metadata[f"x-amz-meta-{n}"] for n in names} | {"lieu": quote(place)},
)
""",
        "les tags de l'image ont changé",
    ),
    "supprime l'image": (
        'client.remove_object(bucket_name=archives, object_name="port.jpg")',
        "a disparu",
    ),
}
