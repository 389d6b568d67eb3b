"""Les exercices de la leçon 02 : importer, recevoir un flux, lire la fin, supprimer, réparer."""

from __future__ import annotations

from functools import partial

from helpers.french import count_of
from helpers.samples import SAMPLES, sample
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.differences import difference
from kit_minio.checks.expectations import destroyed, expect_intact, expect_object, mime_of
from kit_minio.checks.model import Context, Exercise, Review, Series, Todo
from kit_minio.checks.preparation import fill, put_json
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
    fill(context, "journaux", {"marees.log": _log(context).encode()}, "text/plain")


def _verify_tail(context: Context) -> None:
    log, answer = _log(context), context.answer
    expect_intact(context, "journaux", {"marees.log": log.encode()})
    sent = f"bytes {len(log) - _TAIL}-{len(log) - 1}/{len(log)}"
    if isinstance(answer, dict) and {"texte", "intervalle"} <= set(answer):
        text, interval = answer["texte"], answer["intervalle"]
        with keeping(1 if interval == sent else 0):
            _expect_end(log, text)
        if text == log[-_TAIL:] and not interval:
            raise Review(
                "Le texte est juste, mais cette réponse n'a pas d'en-tête Content-Range : elle "
                "portait tout le journal.",
                points=1,
            )
    expect_answer(context, {"texte": log[-_TAIL:], "intervalle": sent}, each=1)


def _expect_end(log: str, text: object) -> None:
    """Vérifie qu'un texte est la fin du journal, et dit sinon ce qu'il est."""
    end = log[-_TAIL:]
    if not isinstance(text, str) or text == end:
        return
    if len(text) != _TAIL and (what := difference(text, end)):
        message = f"Le texte n'est pas tout à fait la fin du journal : {what}."
    elif not text:
        message = "Le texte est vide : la réponse a peut-être déjà été lue."
    elif text == log:
        message = "C'est le journal entier : le serveur a tout envoyé."
    elif log.startswith(text):
        message = "Ce sont les premiers octets du journal, pas les derniers."
    elif log.endswith(text):
        message = "C'est bien la fin du journal, mais elle n'a pas la longueur demandée."
    elif end.startswith(text):
        message = "Le texte commence où il faut, mais s'arrête avant la fin du journal."
    elif text in log:
        message = "Ce texte n'est pas la fin du journal : l'intervalle est décalé."
    else:
        message = "Ce texte n'est pas celui du journal."
    raise Review(
        message,
        found=count_of(len(text), "caractère", "caractères"),
        expected=f"les {_TAIL} derniers octets",
    )


# --- 4. Supprimer par lots ----------------------------------------------------------------------


def _readings(context: Context) -> tuple[list[str], list[str]]:
    """Renvoie les clés à supprimer, puis celles à garder, dont deux où se lit aussi « 2025 »."""
    rng = context.random()
    days = [f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    old = [f"2025/{day}.csv" for day in rng.sample(days, rng.randint(24, 32))]
    kept = [f"2026/{day}.csv" for day in rng.sample(days, rng.randint(6, 10))]
    return sorted(old), sorted([*kept, "2025-corriges/bilan.csv", "2026/bilan-2025.csv"])


def _prepare_batch(context: Context) -> None:
    old, kept = _readings(context)
    fill(context, "releves", dict.fromkeys([*old, *kept], b"heure;niveau\n"), "text/csv")


def _verify_batch(context: Context) -> None:
    old, kept = _readings(context)
    present = context.keys("releves")
    lost = [key for key in kept if key not in present]
    left = [key for key in old if key in present]
    if lost:
        told = count_of(len(lost), "objet à garder a disparu", "objets à garder ont disparu")
        raise destroyed(
            context,
            f"{told}, dont « {lost[0]} » : seules les clés qui commencent par « 2025/ », barre "
            "comprise, étaient à supprimer.",
        )
    if len(left) == len(old):
        raise Review(
            "Aucun relevé de 2025 n'est supprimé. remove_objects() n'envoie rien tant que l'on ne "
            "parcourt pas ce qu'il renvoie."
        )
    if left:
        told = count_of(len(left), "relevé", "relevés")
        raise Review(f"Il reste {told} de 2025.", found=shown_list(left), points=1)
    before = Known([*old, *kept], "C'est la liste d'avant la suppression.")
    with keeping(1):
        expect_answer(context, present, ordered=False, known=[before])


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
_PLAIN = "LISEZMOI"


def _site(context: Context) -> dict[str, tuple[str, str]]:
    """Renvoie, pour chaque clé, le bon type et celui du départ : deux sont déjà bons.

    Une clé a deux points, comme ``port.csv.jpg``.
    """
    rng = context.random()
    extensions = [*_TYPES, *rng.sample(list(_TYPES), 2)]
    rng.shuffle(extensions)
    site = {_PLAIN: ("text/plain", "text/plain")}
    for rank, (stem, extension) in enumerate(zip(rng.sample(_STEMS, 8), extensions, strict=True)):
        right = _TYPES[extension]
        other = rng.choice([name for name in _TYPES if name != extension])
        name = f"{stem}.{other}" if rank == 1 else stem
        site[f"{name}.{extension}"] = (right, _TYPES[other] if rank else right)
    return site


def _content(key: str) -> bytes:
    return f"contenu de {key}".encode()


def _prepare_types(context: Context) -> None:
    context.make_bucket("site")
    for key, (_, start) in _site(context).items():
        context.put("site", key, _content(key), content_type=start)


def _verify_types(context: Context) -> None:
    site = _site(context)
    expect_intact(context, "site", {key: _content(key) for key in site})
    found = {key: mime_of(context, "site", key) for key in sorted(site)}
    if found == {key: start for key, (_, start) in site.items()}:
        extra = sorted(set(context.keys("site")) - set(site))
        if extra:
            raise Review(
                "Les objets de départ ont encore leur type ; d'autres sont apparus à côté.",
                found=shown_list(extra),
                expected="les mêmes clés, avec un autre type",
            )
        raise Todo("Aucun type n'a changé.")
    wrong = [key for key, kind in found.items() if kind != site[key][0]]
    if not wrong:
        return
    message = f"Types faux : {len(wrong)} sur {len(site)}, dont celui de « {wrong[0]} »."
    if wrong == [_PLAIN]:
        message = f"« {_PLAIN} » n'a pas d'extension : son type était déjà bon."
    elif len(wrong) == 1 and wrong[0].count(".") == 2:
        message = f"L'extension de « {wrong[0]} » est ce qui suit son dernier point."
    raise Review(
        message,
        found=found[wrong[0]] or "aucun type",
        expected="le type que donne le tableau de l'énoncé",
        points={1: 2, 2: 2, 3: 1}.get(len(wrong), 0),
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
            "Recevoir des flux de taille inconnue",
            points=2,
            hints=(
                "requests.get(adresse, stream=True) laisse la réponse ouverte ; "
                "son attribut raw est un flux d'octets.",
                "La taille est inconnue : put_object veut length=-1, et la taille d'une partie.",
                'Le type se lit dans la réponse : response.headers["Content-Type"].',
            ),
            verify=_verify_stream,
            prepare=_prepare_stream,
            traps={
                "les deux fichiers n'ont pas le même type": lambda context: (
                    len({SAMPLES[name] for name in _sources(context).values()}) == 2
                )
            },
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
            traps={
                "le journal est bien plus long que sa fin": lambda context: (
                    len(_log(context)) > 10 * _TAIL
                )
            },
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
            traps={
                "une clé à garder commence par « 2025 », sans la barre": lambda context: any(
                    key.startswith("2025") for key in _readings(context)[1]
                ),
                "une clé à garder contient « 2025 » plus loin": lambda context: any(
                    "2025" in key[4:] for key in _readings(context)[1]
                ),
            },
        ),
        Exercise(
            "types",
            "Réparer les types de contenu",
            points=3,
            hints=(
                "Parcourez les objets, et trouvez le bon type d'après ce qui suit le dernier "
                "point.",
                "Un objet sans extension est déjà juste : laissez-le.",
                "copy_object peut copier un objet sur lui-même si l'on remplace ses métadonnées.",
                'metadata={"Content-Type": …} et metadata_directive=REPLACE changent le type.',
            ),
            verify=_verify_types,
            prepare=_prepare_types,
            traps={
                "une clé sans extension": lambda context: any(
                    "." not in key for key in _site(context)
                ),
                "une clé à deux points": lambda context: any(
                    key.count(".") == 2 for key in _site(context)
                ),
                "toutes les extensions du tableau": lambda context: (
                    {key.rpartition(".")[2] for key in _site(context)} >= set(_TYPES)
                ),
                "un type déjà juste": lambda context: (
                    sum(right == start for right, start in _site(context).values()) == 2
                ),
            },
        ),
    ),
)
