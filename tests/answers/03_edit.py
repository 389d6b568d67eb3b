RIGHT = {
    "déposée de nouveau": """
import io
from urllib.parse import quote

stat = client.stat_object(bucket_name=archives, object_name="port")
names = ("auteur", "titre", "droits")
metadata = {name: stat.metadata[f"X-Amz-Meta-{name}"] for name in names}
response = client.get_object(bucket_name=archives, object_name="port")
data = response.read()
response.close()
client.put_object(
    bucket_name=archives,
    object_name="port",
    data=io.BytesIO(data),
    length=len(data),
    content_type="image/jpeg",
    metadata=metadata | {"lieu": quote(place)},
    tags=client.get_object_tags(bucket_name=archives, object_name="port"),
)
""",
    "la fonction de la leçon": """
from urllib.parse import quote


def user_metadata(stat):
    prefix = "x-amz-meta-"
    headers = {name.lower(): value for name, value in stat.metadata.items()}
    names = sorted(name for name in headers if name.startswith(prefix))
    return {name.removeprefix(prefix): headers[name] for name in names}


def edit(name, **changes):
    stat = client.stat_object(bucket_name=archives, object_name=name)
    client.copy_object(
        bucket_name=archives,
        object_name=name,
        source=CopySource(bucket_name=archives, object_name=name),
        metadata={"Content-Type": stat.content_type} | user_metadata(stat) | changes,
        metadata_directive=REPLACE,
    )


edit("port", lieu=quote(place))
""",
    "tout décodé, tout réencodé": """
from urllib.parse import quote

from helpers.display import user_metadata

stat = client.stat_object(archives, "port")
card = user_metadata(stat) | {"lieu": place}
client.copy_object(
    archives, "port", CopySource(archives, "port"), metadata_directive=REPLACE,
    metadata={"Content-Type": "image/jpeg", **{k: quote(v, safe="") for k, v in card.items()}},
)
""",
    "par une copie, supprimée ensuite": """
from urllib.parse import quote

stat = client.stat_object(archives, "port")
metadata = {n: v for n, v in stat.metadata.items() if n.lower().startswith("x-amz-meta-")}
metadata = {n: v for n, v in metadata.items() if n.lower() != "x-amz-meta-lieu"}
metadata |= {"lieu": quote(place), "content-type": stat.content_type}
client.copy_object(archives, "tmp.jpg", CopySource(archives, "port"), metadata=metadata,
                   metadata_directive=REPLACE)
client.remove_object(archives, "port")
client.copy_object(archives, "port", CopySource(archives, "tmp.jpg"))
client.remove_object(archives, "tmp.jpg")
""",
    "boto3": """
from urllib.parse import quote

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
head = s3.head_object(Bucket=archives, Key="port")
metadata = {name.lower(): value for name, value in head["Metadata"].items()}
s3.copy_object(
    Bucket=archives, Key="port", CopySource={"Bucket": archives, "Key": "port"},
    ContentType=head["ContentType"], Metadata=metadata | {"lieu": quote(place)},
    MetadataDirective="REPLACE",
)
""",
    "tagging REPLACE": """
from urllib.parse import quote, unquote


def raw(stat):
    return {
        k.lower().removeprefix("x-amz-meta-"): v
        for k, v in stat.metadata.items()
        if k.lower().startswith("x-amz-meta-")
    }


stat = client.stat_object(archives, "port")
src = CopySource(archives, "port")
tags = client.get_object_tags(archives, "port")
client.copy_object(
    archives,
    "port",
    src,
    metadata={"Content-Type": stat.content_type} | raw(stat) | {"lieu": quote(place)},
    metadata_directive=REPLACE,
    tags=tags,
    tagging_directive=REPLACE,
)
""",
}

_COPY = """
from urllib.parse import quote, unquote

stat = client.stat_object(bucket_name=archives, object_name="port")
old = {{n.lower()[11:]: v for n, v in stat.metadata.items() if n.lower().startswith("x-amz-meta-")}}
client.copy_object(
    bucket_name=archives,
    object_name="{target}",
    source=CopySource(bucket_name=archives, object_name="{source}"),
    metadata={metadata},
    metadata_directive=REPLACE,
)
"""
_TYPED = 'old | {{"lieu": {place}, "Content-Type": "image/jpeg"}}'


def _copy(metadata, source="port", target="port"):
    return _COPY.format(metadata=metadata, source=source, target=target)


def _with(place, **options):
    return _copy(_TYPED.format(place=place), **options)


_BARE = 'place.encode("ascii", "ignore").decode()'

WRONG = {
    "le lieu seul": (
        _copy('{"lieu": quote(place)}'),
        "l'image a perdu : auteur, droits, titre",
        1,
    ),
    "type de contenu oublié": (
        _copy('old | {"lieu": quote(place)}'),
        "le type de contenu est devenu",
        2,
    ),
    "content_type avec un tiret bas": (
        _copy('old | {"lieu": quote(place), "content_type": "image/jpeg"}'),
        "l'image a reçu ce qu'elle n'avait pas : content_type",
        1,
    ),
    "réencode tout": (
        _copy(
            "{n: quote(v) for n, v in old.items()} | "
            '{"lieu": quote(place), "Content-Type": "image/jpeg"}'
        ),
        "d'autres valeurs sont encodées deux fois : ",
        1,
    ),
    "lieu encodé deux fois": (_with("quote(quote(place))"), "« lieu » est encodée deux fois", 0),
    "lieu sans accents": (_with(_BARE), "Le texte de « lieu » n'est pas", 0),
    "oublie le lieu": (
        _copy('{n: v for n, v in old.items() if n != "lieu"}'),
        "n'a plus de lieu",
        0,
    ),
    "recopie un autre objet": (
        _with("quote(place)", source="lieu.txt"),
        "Le contenu de l'objet de départ « port » a changé",
        0,
    ),
    "corrige une copie": (_with("quote(place)", target="port2.jpg"), "une autre est apparue", 0),
    "laisse une copie": (
        _with("quote(place)") + _with("quote(place)", target="tmp.jpg"),
        "un objet de trop reste dans le bucket",
        2,
    ),
    "dépose sans les tags": (
        """
from urllib.parse import quote

from helpers import sample

stat = client.stat_object(bucket_name=archives, object_name="port")
names = ("auteur", "titre", "droits")
client.fput_object(
    bucket_name=archives,
    object_name="port",
    file_path=str(sample("port.jpg")),
    content_type="image/jpeg",
    metadata={n: stat.metadata[f"x-amz-meta-{n}"] for n in names} | {"lieu": quote(place)},
)
""",
        "les tags ont changé",
        2,
    ),
    "supprime l'image": (
        'client.remove_object(bucket_name=archives, object_name="port")',
        "L'objet de départ « port » n'est plus dans « archives »",
        0,
    ),
    "quote_plus": (
        """
from urllib.parse import quote, unquote


def raw(stat):
    return {
        k.lower().removeprefix("x-amz-meta-"): v
        for k, v in stat.metadata.items()
        if k.lower().startswith("x-amz-meta-")
    }


stat = client.stat_object(archives, "port")
src = CopySource(archives, "port")
from urllib.parse import quote_plus

client.copy_object(
    archives,
    "port",
    src,
    metadata={"Content-Type": stat.content_type} | raw(stat) | {"lieu": quote_plus(place)},
    metadata_directive=REPLACE,
)
""",
        "des espaces sont devenues des « + »",
    ),
    "tag lieu": (
        """
from urllib.parse import quote, unquote


def raw(stat):
    return {
        k.lower().removeprefix("x-amz-meta-"): v
        for k, v in stat.metadata.items()
        if k.lower().startswith("x-amz-meta-")
    }


stat = client.stat_object(archives, "port")
src = CopySource(archives, "port")
from minio.commonconfig import Tags

t = client.get_object_tags(archives, "port")
t["lieu"] = "Concarneau"
client.set_object_tags(archives, "port", t)
""",
        "un tag n'est pas une métadonnée",
    ),
    "autre métadonnée": (
        """
from urllib.parse import quote, unquote


def raw(stat):
    return {
        k.lower().removeprefix("x-amz-meta-"): v
        for k, v in stat.metadata.items()
        if k.lower().startswith("x-amz-meta-")
    }


stat = client.stat_object(archives, "port")
src = CopySource(archives, "port")
client.copy_object(
    archives,
    "port",
    src,
    metadata={"Content-Type": stat.content_type} | raw(stat) | {"place": quote(place)},
    metadata_directive=REPLACE,
)
""",
        "a reçu en plus : place",
    ),
    "un en-tête de plus": (
        """
from urllib.parse import quote

from helpers.display import user_metadata

stat = client.stat_object(archives, "port")
client.copy_object(
    archives, "port", CopySource(archives, "port"), metadata_directive=REPLACE,
    metadata={name: quote(value) for name, value in user_metadata(stat).items()} | {
        "lieu": quote(place), "Content-Type": stat.content_type, "Cache-Control": "max-age=60",
    },
)
""",
        "l'image a reçu ce qu'elle n'avait pas : cache-control",
        1,
    ),
    "déposée de nouveau, sans son type": (
        """
import io
from urllib.parse import quote

stat = client.stat_object(archives, "port")
metadata = {k[11:]: v for k, v in stat.metadata.items() if k.lower().startswith("x-amz-meta-")}
metadata = {k.lower(): v for k, v in metadata.items()} | {"lieu": quote(place)}
data = client.get_object(archives, "port").read()
client.put_object(
    archives, "port", io.BytesIO(data), len(data), metadata=metadata,
    tags=client.get_object_tags(archives, "port"),
)
""",
        "le type de contenu est devenu",
        2,
    ),
}

THEN = {
    "lieu encodé deux fois": (_with("quote(quote(place))"), None),
    "lieu sans accents": (_with(_BARE), None),
    "données détruites": (
        WRONG["le lieu seul"][0],
        "tp.edit.reset()\n" + RIGHT["la fonction de la leçon"],
    ),
    "image supprimée": (
        WRONG["supprime l'image"][0],
        "tp.edit.reset()\n" + RIGHT["tout décodé, tout réencodé"],
    ),
}
