"""Les exercices de la leçon 01 : créer, nettoyer, nommer, assurer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from helpers.french import count_of
from kit_minio.checks.answers import expect_judgements
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.expectations import buckets_of, expect_bucket, expect_intact
from kit_minio.checks.model import Context, Exercise, Review, Series, Todo
from kit_minio.checks.steps import in_steps

# --- 1. Créer -----------------------------------------------------------------------------------

_WANTED = ("archives", "factures")


def _verify_create(context: Context) -> None:
    in_steps(*((0.5, partial(expect_bucket, context, name)) for name in _WANTED))
    extra = [name for name in buckets_of(context) if name.startswith(_WANTED)]
    extra = [context.bucket(name) for name in extra if name not in _WANTED]
    if extra:
        told = count_of(len(extra), "bucket de trop", "buckets de trop")
        message = f"Les deux buckets sont là, avec {told}, à supprimer."
        raise Review(message, found=shown_list(extra), points=0.5)


# --- 2. Nettoyer --------------------------------------------------------------------------------

_NOTE = {"note.txt": b"bonjour"}


def _drafts(context: Context) -> list[str]:
    numbers = context.random().sample(range(10, 99), 4)
    return sorted(f"brouillon-{number}" for number in numbers)


def _full(context: Context) -> list[str]:
    """Renvoie les brouillons qui contiennent un objet : le premier, et un du milieu."""
    return _drafts(context)[::2]


def _prepare_clean_up(context: Context) -> None:
    for name in [*_drafts(context), "rapport-final"]:
        context.make_bucket(name)
    for name in [*_full(context), "rapport-final"]:
        context.put(name, "note.txt", _NOTE["note.txt"], content_type="text/plain")


def _expect_alone(context: Context, name: str, objects: Mapping[str, bytes]) -> None:
    """S'assure qu'un bucket de départ contient ces objets, intacts, et eux seuls."""
    expect_intact(context, name, objects)
    if others := [key for key in context.keys(name) if key not in objects]:
        message = f"Le bucket « {name} », à garder tel quel, a reçu « {others[0]} »."
        raise Review(f"{message} Supprimez cet objet : l'énoncé n'y demandait rien.")


def _verify_clean_up(context: Context) -> None:
    drafts, names = _drafts(context), buckets_of(context)
    _expect_alone(context, "rapport-final", _NOTE)
    left = [name for name in names if name.startswith("brouillon")]
    if not set(drafts) <= set(left):
        if left:
            full = any(context.keys(name) for name in left)
            raise Review(
                f"Il reste {count_of(len(left), 'brouillon', 'brouillons')}"
                + (
                    ". S3 ne supprime pas un bucket qui contient un objet."
                    if full
                    else ", sans objet : la boucle ne va pas au bout."
                ),
                found=shown_list(map(context.bucket, left)),
                points=max(0, len(drafts) - len(left)) / 4,
            )
        return
    if any(context.keys(name) != ["note.txt"] for name in _full(context)):
        raise Review("Des brouillons sont vidés, mais aucun bucket n'est supprimé.")
    raise Todo(
        "Les quatre brouillons sont là, même les deux qui sont vides : aucun n'a été demandé, ou "
        "la boucle s'est arrêtée au premier qui contient un objet, car S3 le refuse."
    )


# --- 3. Les noms refusés ------------------------------------------------------------------------

_RULES = {
    "longueur": ("ab", "x" * 64, "a1"),
    "majuscule": ("Photos", "mesVideos", "RAPPORT"),
    "caractère": ("mes_photos", "été-2026", "photos 2026"),
    "bord": ("-photos", "photos-", "archives-2026-"),
    "adresse IP": ("192.168.1.10", "10.0.0.1", "127.0.0.1"),
    "valable": ("photos-2026", "le-journal", "sauvegardes.2026"),
}


_ADVICE = {
    "longueur": "un nom compte de 3 à 63 caractères",
    "majuscule": "une majuscule enfreint la règle « majuscule », et non celle des caractères",
    "caractère": "un accent, un tiret bas et une espace ne sont pas permis",
    "bord": "regardez le premier et le dernier caractère",
    "adresse IP": "quatre nombres, séparés par des points",
    "valable": "ce nom n'enfreint aucune règle de la leçon",
}


def names_to_judge(context: Context) -> dict[str, str]:
    """Renvoie six noms et, pour chacun, la règle qu'il enfreint (ou « valable »)."""
    rng = context.random()
    verdicts = {rng.choice(names): rule for rule, names in _RULES.items()}
    names = sorted(verdicts)
    rng.shuffle(names)
    return {name: verdicts[name] for name in names}


def _prepare_names(context: Context) -> None:
    context.make_bucket("enonce")
    text = "\n".join(names_to_judge(context))
    context.put("enonce", "noms.txt", text.encode(), content_type="text/plain; charset=utf-8")


def _verify_names(context: Context) -> None:
    expect_judgements(context, names_to_judge(context), _RULES, each=1 / 3, advice=_ADVICE)


# --- 4. Assurer ---------------------------------------------------------------------------------


def _teams(context: Context) -> tuple[list[str], list[str]]:
    """Renvoie les buckets demandés, puis ceux qui existent déjà.

    Le premier existe, et le dernier non ; les trois qui manquent ne se suivent pas.
    """
    rng = context.random()
    names = sorted(f"equipe-{number}" for number in rng.sample(range(10, 99), 6))
    missing = rng.choice((1, 2)), rng.choice((3, 4)), 5
    return names, [name for rank, name in enumerate(names) if rank not in missing]


def _missing(context: Context) -> list[str]:
    names, existing = _teams(context)
    return [name for name in names if name not in existing]


def _prepare_ensure(context: Context) -> None:
    names, existing = _teams(context)
    lines = "\n".join(context.bucket(name) for name in names)
    context.make_bucket("equipes")
    context.put("equipes", "liste.txt", lines.encode(), content_type="text/plain")
    for name in existing:
        context.make_bucket(name)
        context.put(name, "travail.txt", name.encode(), content_type="text/plain")


def _verify_ensure(context: Context) -> None:
    names, existing = _teams(context)
    for name in existing:
        _expect_alone(context, name, {"travail.txt": name.encode()})
    new = _missing(context)
    present = buckets_of(context)
    made = [name for name in new if name in present]
    doubled = [name for name in present if name not in names and name.endswith(tuple(names))]
    if not made and doubled:
        raise Review(
            "Les noms de liste.txt sont déjà complets : n'y ajoutez rien.",
            found=context.bucket(doubled[0]),
            expected=context.bucket(new[0]),
        )
    outside = {bucket.name for bucket in context.client.list_buckets()} & set(names)
    if not made and outside and context.alone:
        raise Todo(
            f"Un bucket « {min(outside)} » existe, hors de votre espace : "
            "employez les noms de liste.txt en entier."
        )
    if not made:
        raise Todo(
            "Aucun des trois buckets qui manquaient n'est créé : votre code ne l'a pas demandé, "
            "ou make_bucket() s'est arrêté au premier qui existe déjà."
        )
    if len(made) < len(new):
        raise Review(
            "La boucle ne va pas au bout : des équipes n'ont pas leur bucket.",
            found=count_of(len(made), "bucket créé", "buckets créés"),
            expected=f"{len(new)} à créer",
            points=1,
        )
    extra = [name for name in present if name.startswith("equipe-") and name not in names]
    if extra:
        raise Review(
            "Les six buckets existent, et un autre est apparu : supprimez-le.",
            found=context.bucket(extra[0]),
            expected="les six noms de liste.txt, et aucun autre",
            points=1,
        )


SERIES = Series(
    "01",
    "buckets",
    (
        Exercise(
            "create",
            "Créer deux buckets",
            points=1,
            hints=(
                "La méthode est make_bucket(bucket_name=…).",
                'Le nom complet du premier est tp.bucket("archives").',
                "Deux appels suffisent, un par bucket : archives, puis factures.",
            ),
            verify=_verify_create,
            buckets=("archives*", "factures*"),
        ),
        Exercise(
            "clean_up",
            "Nettoyer sans tout perdre",
            points=2,
            hints=(
                "Listez d'abord les buckets dont le nom commence par tp.bucket('brouillon').",
                "S3 ne supprime qu'un bucket vide : list_objects() puis remove_object() le vident.",
                "Pour chaque brouillon : une boucle sur ses objets, puis remove_bucket().",
            ),
            verify=_verify_clean_up,
            prepare=_prepare_clean_up,
            buckets=("brouillon*",),
            traps={
                "le premier brouillon contient un objet": lambda context: (
                    _drafts(context)[0] in _full(context)
                ),
                "un brouillon qui suit est vide": lambda context: bool(
                    set(_drafts(context)[1:]) - set(_full(context))
                ),
            },
        ),
        Exercise(
            "names",
            "Juger des noms",
            points=2,
            hints=(
                "Lisez les six noms, puis comparez chacun aux règles de la leçon.",
                "Un trait d'union ou un point au début ou à la fin relève de la règle « bord ».",
                "Un nom fait de quatre nombres et de points relève de la règle « adresse IP ».",
            ),
            verify=_verify_names,
            prepare=_prepare_names,
            answers=True,
            by_hand=True,
            traps={
                "chaque règle sert une fois": lambda context: (
                    set(names_to_judge(context).values()) == set(_RULES)
                )
            },
        ),
        Exercise(
            "ensure",
            "Créer sans rien casser",
            points=2,
            hints=(
                "Certains buckets de la liste existent déjà : make_bucket() lève alors S3Error.",
                "L'exception a un attribut code ; une seule valeur est attendue ici.",
                "try: make_bucket(…) except S3Error as error: relancez l'exception (raise), "
                "sauf si error.code vaut BucketAlreadyOwnedByYou.",
            ),
            verify=_verify_ensure,
            prepare=_prepare_ensure,
            buckets=("equipe-*",),
            traps={
                "la première équipe a déjà son bucket": lambda context: (
                    _teams(context)[0][0] in _teams(context)[1]
                ),
                "les équipes sans bucket ne se suivent pas": lambda context: (
                    _teams(context)[0][3:] != _missing(context) != _teams(context)[0][:3]
                ),
                "la dernière équipe n'a pas le sien": lambda context: (
                    _teams(context)[0][-1] not in _teams(context)[1]
                ),
            },
        ),
    ),
)
