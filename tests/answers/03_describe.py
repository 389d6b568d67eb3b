RIGHT = {
    "noms avec préfixe, en mémoire": """
import io
from urllib.parse import quote

data = sample("phare.jpg").read_bytes()
client.put_object(
    bucket_name=f"{tp.bucket('galerie')}",
    object_name="couverture",
    data=io.BytesIO(data),
    length=len(data),
    content_type="image/jpeg",
    metadata={
        "X-Amz-Meta-Titre": quote(card["titre"], safe=""),
        "X-Amz-Meta-Auteur": quote(card["auteur"], safe=""),
        "X-Amz-Meta-Lieu": quote(card["lieu"], safe=""),
    },
)
""",
    "déposée, puis décrite": """
from urllib.parse import quote

from minio.commonconfig import REPLACE, CopySource

bucket = tp.bucket("galerie")
client.fput_object(bucket, "couverture", str(sample("phare.jpg")))
client.copy_object(
    bucket, "couverture", CopySource(bucket, "couverture"), metadata_directive=REPLACE,
    metadata={"Content-Type": "image/jpeg", **{k: quote(v) for k, v in card.items()}},
)
""",
    "une ligne de plus, et un tag": """
from urllib.parse import quote

from minio.commonconfig import Tags

metadata = {"source": "le kit"}
for name in card:
    metadata[name] = quote(card[name])
tags = Tags.new_object_tags()
tags["etat"] = "publie"
client.fput_object(
    bucket_name=tp.bucket("galerie"), object_name="couverture",
    file_path=str(sample("phare.jpg")), content_type="image/jpeg", metadata=metadata, tags=tags,
)
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
s3.upload_file(
    str(sample("phare.jpg")),
    tp.bucket("galerie"),
    "couverture",
    ExtraArgs={
        "ContentType": "image/jpeg",
        "Metadata": {name: quote(value) for name, value in card.items()},
    },
)
""",
}

_DEPOSIT = """
from urllib.parse import quote, quote_plus

client.fput_object(
    bucket_name=tp.bucket("galerie"),
    object_name="{key}",
    file_path=str(sample("{sample}")),
    {type}
    metadata={metadata},
)
"""


def _deposit(metadata, key="couverture", sample="phare.jpg", type='content_type="image/jpeg",'):
    return _DEPOSIT.format(metadata=metadata, key=key, sample=sample, type=type)


_RIGHT = "{name: quote(value) for name, value in card.items()}"
_BARE = '{name: value.encode("ascii", "ignore").decode() for name, value in card.items()}'

WRONG = {
    "type de contenu oublié": (
        _deposit(_RIGHT, type=""),
        "rien ne dit son type de contenu",
        1,
    ),
    "accents supprimés": (_deposit(_BARE), "n'est pas celui attendu"),
    "lettres sans accent": (
        _deposit(
            "{name: __import__('unicodedata').normalize('NFD', value)"
            ".encode('ascii', 'ignore').decode() for name, value in card.items()}"
        ),
        "seuls les accents diffèrent",
        1,
    ),
    "encodé deux fois": (
        _deposit("{name: quote(quote(value)) for name, value in card.items()}"),
        "encodée deux fois",
        1,
    ),
    "quote_plus": (
        _deposit("{name: quote_plus(value) for name, value in card.items()}"),
        "des espaces sont devenues des « + »",
        1,
    ),
    "sans métadonnées": (_deposit("None"), "Il manque aux métadonnées : auteur, lieu, titre", 1),
    "la fiche entière sous un nom": (
        _deposit('{"fiche": quote(json.dumps(card))}'),
        "Il manque aux métadonnées",
        1,
    ),
    "des tags à la place": (
        _deposit("None")
        + """
from minio.commonconfig import Tags

tags = Tags.new_object_tags()
tags.update(dict.fromkeys(card, "oui"))
client.set_object_tags(tp.bucket("galerie"), "couverture", tags)
""",
        "Un tag n'est pas une métadonnée",
        1,
    ),
    "autre clé": (
        _deposit(_RIGHT, key="couverture.jpg"),
        "L'objet « couverture » n'est pas dans « galerie »",
        0,
    ),
    "autre image": (_deposit(_RIGHT, sample="port.jpg"), "n'a pas le contenu attendu", 0),
    "dans la fiche": (
        """
from urllib.parse import quote, unquote

b = tp.bucket("galerie")
p = str(sample("phare.jpg"))
client.fput_object(
    b,
    "fiche.json",
    p,
    content_type="image/jpeg",
    metadata={k: quote(v) for k, v in card.items()},
)
""",
        "« fiche.json » a changé",
    ),
    "base64": (
        """
b = tp.bucket("galerie")
p = str(sample("phare.jpg"))
import base64

client.fput_object(
    b,
    "couverture",
    p,
    content_type="image/jpeg",
    metadata={k: base64.b64encode(v.encode()).decode() for k, v in card.items()},
)
""",
        "n'est pas celui attendu",
    ),
}

THEN = {
    "type de contenu oublié": (_deposit(_RIGHT, type=""), None),
    "accents tels quels": (_deposit("card"), None),
    "autre clé": (_deposit(_RIGHT, key="couverture.jpg"), None),
}
