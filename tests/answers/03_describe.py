SECOND = """
import io
from urllib.parse import quote

data = sample("phare.jpg").read_bytes()
client.put_object(
    bucket_name=f"{tp.space}-galerie",
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
"""

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
        "l'objet ne dit pas qu'il est une image",
    ),
    "accents supprimés": (_deposit(_BARE), "n'est pas la bonne"),
    "encodé deux fois": (
        _deposit("{name: quote(quote(value)) for name, value in card.items()}"),
        "encodée deux fois",
    ),
    "quote_plus": (
        _deposit("{name: quote_plus(value) for name, value in card.items()}"),
        "des espaces sont devenues des « + »",
    ),
    "sans métadonnées": (_deposit("None"), "n'est pas dans les métadonnées"),
    "autre clé": (_deposit(_RIGHT, key="couverture.jpg"), "n'a pas la clé demandée"),
    "autre image": (_deposit(_RIGHT, sample="port.jpg"), "ne sont pas ceux de l'image"),
}
