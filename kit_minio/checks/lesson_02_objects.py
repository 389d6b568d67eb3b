"""Les exercices de la leçon 02 : importer, recevoir un flux, lire la fin, supprimer, réparer."""

from __future__ import annotations

from helpers.exercises.model import Context, Exercise, Review, Series, Todo
from helpers.samples import SAMPLES, sample


def _type(context: Context, name: str, key: str) -> str:
    """Renvoie le type de contenu d'un objet, sans ses paramètres (``charset``)."""
    stat = context.client.stat_object(bucket_name=context.bucket(name), object_name=key)
    return (stat.content_type or "").split(";")[0].strip().lower()


def _some(keys: list[str]) -> str:
    """Renvoie les premières clés d'une liste, en texte."""
    return ", ".join(keys[:5]) + (f"… ({len(keys)} en tout)" if len(keys) > 5 else "")


# --- 1. Importer une vidéo ----------------------------------------------------------------------


def _prepare_video(context: Context) -> None:
    context.make_bucket("films")


def _verify_video(context: Context) -> None:
    keys = context.keys("films")
    if not keys:
        raise Todo
    if "maree" not in keys:
        raise Review(
            "Le bucket des films contient un objet, mais pas sous la clé demandée.",
            found=_some(keys),
            expected="maree",
        )
    film = sample("maree.mp4").read_bytes()
    found = context.read("films", "maree")
    if found != film:
        raise Review(
            "L'objet « maree » n'a pas les octets de la vidéo.",
            found=f"{len(found)} octets",
            expected=f"{len(film)} octets, ceux de maree.mp4",
        )
    kind = _type(context, "films", "maree")
    if kind != SAMPLES["maree.mp4"]:
        raise Review(
            "Les octets sont bons, mais rien ne dit au navigateur que c'est une vidéo MP4.",
            found=kind,
            expected="le type de contenu d'une vidéo MP4",
            points=0.5,
        )


# --- 2. Recevoir un flux ------------------------------------------------------------------------


def _source(context: Context) -> str:
    return context.random().choice(["velib.csv", "port.jpg", "phare.jpg"])


def _prepare_stream(context: Context) -> None:
    context.make_bucket("flux")
    context.put("flux", "source.txt", _source(context).encode(), content_type="text/plain")


def _verify_stream(context: Context) -> None:
    keys = [key for key in context.keys("flux") if key != "source.txt"]
    if not keys:
        raise Todo
    if "dernier" not in keys:
        raise Review(
            "Un objet est arrivé, mais pas sous la clé demandée.",
            found=_some(keys),
            expected="dernier",
        )
    name = _source(context)
    sent, found = sample(name).read_bytes(), context.read("flux", "dernier")
    if found != sent:
        truncated = sent.startswith(found)
        raise Review(
            "L'objet est tronqué : il s'arrête avant la fin du flux."
            if truncated
            else f"Les octets déposés ne sont pas ceux de {name}, tels que le serveur les envoie.",
            found=f"{len(found)} octets",
            expected=f"{len(sent)} octets",
        )
    kind = _type(context, "flux", "dernier")
    if kind != SAMPLES[name]:
        raise Review(
            "Les octets sont tous là, mais le type de contenu n'est pas celui de la source.",
            found=kind,
            expected="le type que le serveur d'origine annonce",
            points=1,
        )


# --- 3. Lire les derniers octets ----------------------------------------------------------------

_TAIL = 1024  # octets


def _log(context: Context) -> str:
    """Renvoie le journal : environ 50 Kio de texte ASCII."""
    rng = context.random()
    minutes = range(rng.randint(1000, 1200))
    return "".join(
        f"jour {minute // 1440} {minute // 60 % 24:02}:{minute % 60:02} "
        f"capteur-{rng.randint(10, 99)} niveau {rng.uniform(0, 12):.2f} m\n"
        for minute in minutes
    )


def _prepare_tail(context: Context) -> None:
    context.make_bucket("journaux")
    data = _log(context).encode()
    context.put("journaux", "marees.log", data, content_type="text/plain")


def _verify_tail(context: Context) -> None:
    log, answer = _log(context), context.answer
    if not isinstance(answer, dict) or set(answer) != {"texte", "intervalle"}:
        raise Review(
            "La réponse doit être un dictionnaire aux deux clés de l'énoncé.",
            found=", ".join(answer) if isinstance(answer, dict) else type(answer).__name__,
            expected="texte, intervalle",
        )
    _verify_text(log, answer["texte"])
    sent = f"bytes {len(log) - _TAIL}-{len(log) - 1}/{len(log)}"
    if answer["intervalle"] != sent:
        raise Review(
            "Le texte est juste, mais l'intervalle ne prouve pas que lui seul a voyagé.",
            found=answer["intervalle"],
            expected="l'en-tête Content-Range d'une réponse partielle",
            points=1,
        )


def _verify_text(log: str, text: object) -> None:
    """Vérifie que ce texte est la fin du journal, et dit sinon ce qu'il est."""
    if not isinstance(text, str):
        raise Review("Le texte doit être du texte.", found=type(text).__name__, expected="str")
    if text == log[-_TAIL:]:
        return
    if text == log:
        message = "C'est le journal entier : le serveur a tout envoyé."
    elif text == log[:_TAIL]:
        message = "Ce sont les premiers octets du journal, pas les derniers."
    elif text and log.endswith(text):
        message = "C'est bien la fin du journal, mais elle n'a pas la longueur demandée."
    else:
        message = "Ce texte n'est pas la fin du journal : l'intervalle est décalé."
    raise Review(message, found=f"{len(text)} octets", expected=f"les {_TAIL} derniers octets")


# --- 4. Supprimer par lots ----------------------------------------------------------------------


def _readings(context: Context) -> tuple[list[str], list[str]]:
    """Renvoie les clés à supprimer, puis celles à garder."""
    rng = context.random()
    days = [f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    old = [f"2025/{day}.csv" for day in rng.sample(days, rng.randint(24, 32))]
    kept = [f"2026/{day}.csv" for day in rng.sample(days, rng.randint(6, 10))]
    return sorted(old), sorted([*kept, "2026/bilan-2025.csv"])


def _prepare_batch(context: Context) -> None:
    context.make_bucket("releves")
    old, kept = _readings(context)
    for key in [*old, *kept]:
        context.put("releves", key, b"heure;niveau\n", content_type="text/csv")


def _verify_batch(context: Context) -> None:
    old, kept = _readings(context)
    keys = context.keys("releves")
    lost = [key for key in kept if key not in keys]
    left = [key for key in old if key in keys]
    if lost:
        raise Review(
            "Des objets à garder ont disparu.",
            found=f"disparus : {_some(lost)}",
            expected="seules les clés qui commencent par 2025/ sont supprimées",
        )
    if len(left) == len(old):
        raise Review(
            "Aucun relevé de 2025 n'est supprimé : la demande n'est jamais partie.",
            found=f"{len(left)} relevés de 2025",
            expected="aucun",
        )
    if left:
        raise Review(
            "Il reste des relevés de 2025.",
            found=_some(left),
            expected="aucun",
            points=1,
        )
    answer = context.answer
    if not isinstance(answer, list) or sorted(map(str, answer)) != keys:
        raise Review(
            "Tout est supprimé, mais la preuve n'est pas la liste des clés qui restent.",
            found=f"{len(answer)} clés" if isinstance(answer, list) else type(answer).__name__,
            expected=f"une liste de {len(keys)} clés",
            points=1,
        )


# --- 5. Réparer les types de contenu ------------------------------------------------------------

_TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp4": "video/mp4",
    "png": "image/png",
}
_STEMS = ("accueil", "carte", "digue", "horaires", "phare", "port", "quai", "stations", "vent")


def _site(context: Context) -> dict[str, tuple[str, str]]:
    """Renvoie, pour chaque clé, le bon type et celui du départ : deux sont déjà bons."""
    rng = context.random()
    extensions = [*_TYPES, *rng.sample(list(_TYPES), 2)]
    rng.shuffle(extensions)
    site = {"LISEZMOI": ("text/plain", "text/plain")}
    for rank, (stem, extension) in enumerate(zip(rng.sample(_STEMS, 8), extensions, strict=True)):
        right = _TYPES[extension]
        wrong = rng.choice([kind for kind in _TYPES.values() if kind != right])
        site[f"{stem}.{extension}"] = (right, wrong if rank else right)
    return site


def _prepare_types(context: Context) -> None:
    context.make_bucket("site")
    for key, (_, start) in _site(context).items():
        context.put("site", key, f"contenu de {key}".encode(), content_type=start)


def _verify_types(context: Context) -> None:
    site = _site(context)
    if context.keys("site") != sorted(site):
        raise Review(
            "Un objet a disparu, ou a changé de nom, ou il y en a un de trop.",
            found=", ".join(context.keys("site")),
            expected=", ".join(sorted(site)),
        )
    for key in sorted(site):
        if context.read("site", key) != f"contenu de {key}".encode():
            raise Review(
                "Le contenu d'un objet a changé ; seul son type devait changer.", found=key
            )
    found = {key: _type(context, "site", key) for key in sorted(site)}
    if found == {key: start for key, (_, start) in site.items()}:
        raise Todo
    wrong = [key for key, kind in found.items() if kind != site[key][0]]
    if wrong:
        raise Review(
            f"Types faux : {len(wrong)} sur {len(site)}, dont celui de « {wrong[0]} ».",
            found=found[wrong[0]],
            expected="le type que donne le tableau de l'énoncé",
            points=1 if len(wrong) <= 3 else 0,
        )


SERIES = Series(
    "02",
    "objets",
    (
        Exercise(
            "video",
            "Importer une vidéo",
            points=1,
            hints=(
                "fput_object envoie un fichier du disque ; sample(…) donne son chemin.",
                "Trois arguments disent où et quoi : bucket_name, object_name, file_path.",
                "Un quatrième, content_type, dit le type : « video/ » suivi du format.",
            ),
            verify=_verify_video,
            prepare=_prepare_video,
        ),
        Exercise(
            "stream",
            "Recevoir un flux de taille inconnue",
            points=2,
            hints=(
                "requests.get(adresse, stream=True) laisse la réponse ouverte ; "
                "son attribut raw est un flux d'octets.",
                "La taille est inconnue : put_object veut length=-1, et la taille d'une partie.",
                'Le type se lit dans la réponse : response.headers["Content-Type"].',
            ),
            verify=_verify_stream,
            prepare=_prepare_stream,
        ),
        Exercise(
            "tail",
            "Lire les derniers octets",
            points=2,
            hints=(
                "stat_object donne la taille de l'objet sans le lire.",
                "get_object accepte offset (le premier octet voulu) et length (combien).",
                "Si l'objet compte n octets, la fin commence à l'octet n - 1024.",
                'L\'intervalle reçu est dans response.headers["Content-Range"].',
            ),
            verify=_verify_tail,
            prepare=_prepare_tail,
            answers=True,
        ),
        Exercise(
            "batch",
            "Supprimer par lots, et le prouver",
            points=2,
            hints=(
                'list_objects accepte prefix="2025/" et recursive=True.',
                "remove_objects attend des DeleteObject(name=…), un par clé.",
                "remove_objects renvoie un générateur : rien ne part avant qu'on le parcoure.",
                "La preuve est une nouvelle liste du bucket, demandée après la suppression.",
            ),
            verify=_verify_batch,
            prepare=_prepare_batch,
            answers=True,
        ),
        Exercise(
            "types",
            "Réparer les types de contenu",
            points=3,
            hints=(
                "Parcourez les objets, et trouvez le bon type d'après ce qui suit le point.",
                "Un objet sans extension est déjà juste : laissez-le.",
                "copy_object peut copier un objet sur lui-même si l'on remplace ses métadonnées.",
                'metadata={"Content-Type": …} et metadata_directive=REPLACE changent le type.',
            ),
            verify=_verify_types,
            prepare=_prepare_types,
        ),
    ),
)
