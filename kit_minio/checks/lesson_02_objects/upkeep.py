"""Entretenir un bucket : supprimer par lots, réparer des types de contenu."""

from __future__ import annotations

from helpers.french import count_of
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.expectations import (
    destroyed,
    expect_intact,
    in_metadata,
    mime_of,
    stat_of,
)
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import fill
from kit_minio.checks.steps import keeping

# --- 4. Supprimer par lots ----------------------------------------------------------------------


def _readings(context: Context) -> tuple[list[str], list[str]]:
    """Renvoie les clés à supprimer, à deux niveaux, puis celles à garder.

    Dans trois de celles-ci se lit aussi « 2025 ».
    """
    rng = context.random()
    days = [f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    old = [f"2025/{day}.csv" for day in rng.sample(days, rng.randint(24, 32))]
    kept = [f"2026/{day}.csv" for day in rng.sample(days, rng.randint(6, 10))]
    old += ["2025/stations/bilan.csv"]
    kept += ["2025-corriges/bilan.csv", "2026/bilan-2025.csv", "archives/2025/bilan.csv"]
    return sorted(old), sorted(kept)


_READING = b"heure;niveau\n"
_CSV = "text/csv; header=present"  # aucun serveur ne le devine


def _prepare_batch(context: Context) -> None:
    old, kept = _readings(context)
    fill(context, "releves", dict.fromkeys([*old, *kept], _READING), _CSV)


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
    expect_intact(context, "releves", dict.fromkeys(kept, _READING))
    for key in kept:
        if stat_of(context, "releves", key).content_type != _CSV:
            fact = f"L'objet à garder « {key} » a été déposé de nouveau, et a perdu son type."
            raise destroyed(context, fact)
    if len(left) == len(old):
        raise Review(
            "Aucun relevé de 2025 n'est supprimé. remove_objects() n'envoie rien tant que "
            "vous ne parcourez pas ce qu'il renvoie."
        )
    if left:
        told = count_of(len(left), "relevé", "relevés")
        raise Review(f"Il reste {told} de 2025.", found=shown_list(left), points=1)
    known = [
        Known([*old, *kept], "C'est la liste d'avant la suppression."),
        Known(old, "Ce sont les clés supprimées, et non celles qui restent."),
    ]
    with keeping(1):
        if isinstance(context.answer, list):
            for key in context.answer:
                if str(key).endswith("/"):
                    message = "La liste contient un préfixe, et non une clé : recursive=True."
                    raise Review(message, found=key)
        expect_answer(context, present, ordered=False, known=known)


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
_PLAIN = ("LISEZMOI", "export-csv")  # sans extension


def _site(context: Context) -> dict[str, tuple[str, str]]:
    """Renvoie, pour chaque clé, le bon type et celui du départ : trois sont déjà bons.

    Une clé a deux points, comme ``port.csv.jpg`` : la première extension y précède la seconde dans
    le tableau, et qui cherche l'une après l'autre dans la clé se trompe.
    """
    rng = context.random()
    extensions = [*_TYPES, *rng.sample(list(_TYPES), 2)]
    rng.shuffle(extensions)
    extensions.sort(key="csv".__eq__)  # aucune ne précède celle-là
    site = dict.fromkeys(_PLAIN, ("text/plain", "text/plain"))
    stems = rng.sample(_STEMS, 8)
    stems.insert(0, stems.pop(stems.index(sorted(stems)[4])))  # le type juste n'est pas à la fin
    for rank, (stem, extension) in enumerate(zip(stems, extensions, strict=True)):
        right = _TYPES[extension]
        others = [name for name in _TYPES if name != extension]
        other = rng.choice(others[: list(_TYPES).index(extension)] if rank == 1 else others)
        name = f"{stem}.{other}" if rank == 1 else stem
        site[f"{name}.{extension}"] = (right, _TYPES[other] if rank else right)
    return site


def _content(key: str) -> bytes:
    """Renvoie le contenu d'un objet ; celui d'une image ou d'un film n'est pas un texte."""
    binary = key.endswith((".jpg", ".mp4", ".png"))
    return (b"\xff\xd8" if binary else b"") + f"contenu de {key}".encode()


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
        raise Todo(
            "Aucun type n'a changé : pour changer un type, réécrivez l'objet, par copy_object() "
            "avec metadata_directive=REPLACE, ou par un nouveau dépôt."
        )
    wrong = [key for key, kind in found.items() if kind != site[key][0]]
    if not wrong:
        if extra := sorted(set(context.keys("site")) - set(site)):
            message = "Les types sont justes, mais un objet est apparu : supprimez-le."
            raise Review(message, found=extra[0], points=2)
        return
    message = f"Types faux : {len(wrong)} sur {len(site)}, dont celui de « {wrong[0]} »."
    if not any("." in key for key in wrong):
        message = f"« {wrong[0]} » n'a pas d'extension : son type était déjà bon."
    elif in_metadata(stat_of(context, "site", wrong[0])):
        message += " Il est rangé parmi vos métadonnées : le nom qui compte est Content-Type."
    elif len(wrong) == 1 and wrong[0].count(".") == 2:
        message = f"L'extension de « {wrong[0]} » est ce qui suit son dernier point."
    raise Review(
        message,
        found=found[wrong[0]] or "aucun type",
        expected="le type que donne le tableau de l'énoncé",
        points={1: 2, 2: 2, 3: 1}.get(len(wrong), 0),
    )


EXERCISES = (
    Exercise(
        "batch",
        "Supprimer par lots, et le prouver",
        points=2,
        hints=(
            'list_objects accepte prefix="2025/" et recursive=True.',
            "remove_objects attend des DeleteObject(name=…), un par clé.",
            "remove_objects renvoie un générateur : rien ne part avant que vous le parcouriez.",
            "La preuve est une nouvelle liste du bucket, demandée après la suppression.",
        ),
        verify=_verify_batch,
        prepare=_prepare_batch,
        answers=True,
        traps={
            "une clé à garder commence par « 2025 », sans la barre": lambda context: any(
                key.startswith("2025") for key in _readings(context)[1]
            ),
            "une clé à garder contient « 2025/ » plus loin": lambda context: any(
                "2025/" in key[4:] for key in _readings(context)[1]
            ),
            "une clé à supprimer est à un autre niveau": lambda context: any(
                key.count("/") == 2 for key in _readings(context)[0]
            ),
        },
    ),
    Exercise(
        "types",
        "Réparer les types de contenu",
        points=3,
        hints=(
            "Parcourez les objets, et trouvez le bon type d'après ce qui suit le dernier point.",
            "Un objet sans extension est déjà juste : laissez-le.",
            "copy_object peut copier un objet sur lui-même si vous remplacez ses métadonnées.",
            'metadata={"Content-Type": …} et metadata_directive=REPLACE changent le type.',
        ),
        verify=_verify_types,
        prepare=_prepare_types,
        traps={
            "une clé sans extension": lambda context: any("." not in key for key in _site(context)),
            "une clé sans extension finit comme une extension": lambda context: any(
                "." not in key and key.endswith(tuple(_TYPES)) for key in _site(context)
            ),
            "la première extension d'une clé à deux points précède l'autre dans le tableau": (
                lambda context: any(
                    pieces[1:] == sorted(pieces[1:]) and len(pieces) == 3
                    for pieces in (key.split(".") for key in _site(context))
                )
            ),
            "la dernière clé est à réparer": lambda context: (
                len(set(_site(context)[max(_site(context))])) == 2
            ),
            "des octets qui ne sont pas un texte": lambda context: any(
                not _content(key).isascii() for key in _site(context)
            ),
            "une clé à deux points": lambda context: any(
                key.count(".") == 2 for key in _site(context)
            ),
            "toutes les extensions du tableau": lambda context: (
                {key.rpartition(".")[2] for key in _site(context)} >= set(_TYPES)
            ),
            "un type déjà juste": lambda context: (
                sum(right == start for right, start in _site(context).values()) == 3
            ),
        },
    ),
)
