"""Déposer : une vidéo, puis deux flux dont la taille est inconnue."""

from __future__ import annotations

from functools import partial

from helpers.samples import SAMPLES, sample
from kit_minio.checks.expectations import expect_intact, expect_object
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_json
from kit_minio.checks.steps import in_steps, keeping

# --- 1. Importer une vidéo ----------------------------------------------------------------------


def _prepare_video(context: Context) -> None:
    context.make_bucket("films")


def _verify_video(context: Context) -> None:
    expect_intact(context, "films", {})
    keys = context.keys("films")
    if not keys:
        raise Todo("Le bucket « films » est vide.")
    if "maree" in keys and context.read("films", "maree").endswith(b"maree.mp4"):
        raise Review("L'objet « maree » contient le chemin de la vidéo, et non ses octets.")
    expect_object(context, "films", "maree", data=sample("maree.mp4").read_bytes())
    with keeping(0.5):
        expect_object(context, "films", "maree", content_type=SAMPLES["maree.mp4"])


# --- 2. Recevoir un flux ------------------------------------------------------------------------


def _sources(context: Context) -> dict[str, str]:
    """Renvoie le fichier du matin et celui du soir : un CSV et une image, dans un ordre tiré."""
    rng = context.random()
    names = ["velib.csv", rng.choice(["logo.png", "phare.jpg", "port.jpg"])]
    rng.shuffle(names)
    return dict(zip(("matin", "soir"), names, strict=True))


def _prepare_stream(context: Context) -> None:
    context.make_bucket("flux")
    put_json(context, "flux", "source.json", _sources(context))


def _verify_stream(context: Context) -> None:
    expect_intact(context, "flux", {})
    in_steps(*((1, partial(_expect_delivery, context, key)) for key in _sources(context)))


def _expect_delivery(context: Context, key: str) -> None:
    name, keys = _sources(context)[key], context.keys("flux")
    if not set(keys) - {"source.json"}:
        raise Todo("Aucun fichier n'est déposé dans le bucket « flux ».")
    found = context.read("flux", key) if key in keys else b""
    for other in SAMPLES:
        if other != name and found == sample(other).read_bytes():
            raise Review(f"L'objet « {key} » contient {other}.", found=other, expected=name)
    if found.startswith(b"Aucun fichier d'exemple"):
        raise Review(
            f"L'objet « {key} » contient la page d'erreur du serveur HTTP, et non {name}.",
            expected="l'adresse que donne la cellule",
        )
    expect_object(context, "flux", key, data=sample(name).read_bytes())
    with keeping(0.5):
        expect_object(context, "flux", key, content_type=SAMPLES[name])


EXERCISES = (
    Exercise(
        "video",
        "Importer une vidéo",
        points=1,
        hints=(
            "fput_object envoie un fichier du disque ; sample(…) donne son chemin.",
            "Trois arguments disent quoi envoyer et où : bucket_name, object_name, file_path.",
            "Un quatrième, content_type, dit le type : « video/ » suivi du format.",
        ),
        verify=_verify_video,
        prepare=_prepare_video,
    ),
    Exercise(
        "stream",
        "Recevoir des flux de taille inconnue",
        points=2,
        hints=(
            "requests.get(adresse, stream=True) laisse la réponse ouverte ; "
            "son attribut raw est un flux d'octets.",
            "La taille est inconnue : put_object veut length=-1, et la taille d'une partie.",
            'Le type est dans la réponse : response.headers["Content-Type"].',
        ),
        verify=_verify_stream,
        prepare=_prepare_stream,
        traps={
            "les deux fichiers n'ont pas le même type": lambda context: (
                len({SAMPLES[name] for name in _sources(context).values()}) == 2
            )
        },
    ),
)
