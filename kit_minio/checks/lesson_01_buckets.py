"""Les exercices de la leçon 01 : créer, nettoyer, nommer, assurer."""

from __future__ import annotations

from helpers.exercises.model import Context, Exercise, Review, Series, Todo


def _buckets(context: Context) -> list[str]:
    """Renvoie la fin du nom des buckets de l'élève, triée."""
    prefix = context.bucket("")
    names = [bucket.name for bucket in context.client.list_buckets()]
    return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))


# --- 1. Créer -----------------------------------------------------------------------------------


def _verify_create(context: Context) -> None:
    wanted = ["archives", "factures"]
    found = [name for name in _buckets(context) if name.startswith(("archiv", "factur"))]
    if not found:
        raise Todo
    missing = [name for name in wanted if name not in found]
    if missing:
        raise Review(
            "Il manque un bucket, ou son nom diffère de celui demandé.",
            found=", ".join(context.bucket(name) for name in found),
            expected=" et ".join(context.bucket(name) for name in wanted),
            points=(2 - len(missing)) / 2,
        )
    if found != wanted:
        raise Review(
            "Les deux buckets sont là, mais il y en a un de trop.",
            found=", ".join(context.bucket(name) for name in found),
            expected=" et ".join(context.bucket(name) for name in wanted),
            points=0.5,
        )


# --- 2. Nettoyer --------------------------------------------------------------------------------


def _drafts(context: Context) -> list[str]:
    numbers = context.random().sample(range(10, 99), 4)
    return sorted(f"brouillon-{number}" for number in numbers)


def _prepare_clean_up(context: Context) -> None:
    drafts = _drafts(context)
    for name in [*drafts, "rapport-final"]:
        context.make_bucket(name)
    for name in [*drafts[:2], "rapport-final"]:
        context.put(name, "note.txt", b"bonjour", content_type="text/plain")


def _verify_clean_up(context: Context) -> None:
    names = _buckets(context)
    left = [name for name in _drafts(context) if name in names]
    if "rapport-final" not in names or context.keys("rapport-final") != ["note.txt"]:
        raise Review(
            "Le rapport final a disparu, en tout ou en partie ; il fallait le garder.",
            found=", ".join(context.bucket(name) for name in names if "rapport" in name) or "rien",
            expected=f"{context.bucket('rapport-final')} avec l'objet note.txt",
        )
    if len(left) == 4:
        raise Todo
    if left:
        raise Review(
            "Il reste des brouillons. S3 ne supprime pas un bucket qui contient un objet.",
            found=", ".join(context.bucket(name) for name in left),
            expected="aucun bucket « brouillon »",
            points=(4 - len(left)) / 4,
        )


# --- 3. Les noms refusés ------------------------------------------------------------------------

_RULES = {
    "longueur": ("ab", "x" * 64, "a1"),
    "majuscule": ("Photos", "mesVideos", "RAPPORT"),
    "caractère": ("mes_photos", "été-2026", "photos 2026"),
    "bord": ("-photos", "photos-", "archives-2026-"),
    "adresse IP": ("192.168.1.10", "10.0.0.1", "127.0.0.1"),
}


def names_to_judge(context: Context) -> dict[str, str]:
    """Renvoie six noms et, pour chacun, la règle qu'il enfreint (ou « valable »)."""
    rng = context.random()
    verdicts = {rng.choice(names): rule for rule, names in _RULES.items()}
    verdicts[rng.choice(["photos-2026", "le-journal", "sauvegardes.2026"])] = "valable"
    names = sorted(verdicts)
    rng.shuffle(names)
    return {name: verdicts[name] for name in names}


def _prepare_names(context: Context) -> None:
    context.make_bucket("enonce")
    lines = "\n".join(names_to_judge(context))
    context.put("enonce", "noms.txt", lines.encode(), content_type="text/plain")


def _verify_names(context: Context) -> None:
    expected = names_to_judge(context)
    answer = context.answer
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise Review(
            "La réponse doit donner une raison pour chacun des six noms de noms.txt.",
            found=", ".join(map(str, answer)) if isinstance(answer, (dict, list)) else answer,
            expected=", ".join(expected),
        )
    known = {*_RULES, "valable"}
    strange = [reason for reason in answer.values() if reason not in known]
    if strange:
        raise Review(
            "Une des raisons données n'est pas dans la liste de l'énoncé.",
            found=str(strange[0]),
            expected=", ".join(sorted(known)),
        )
    wrong = [name for name in expected if answer[name] != expected[name]]
    if wrong:
        raise Review(
            f"{6 - len(wrong)} noms sur 6 sont bien jugés. Reprenez par exemple « {wrong[0]} ».",
            found=answer[wrong[0]],
            points=1 if len(wrong) < 3 else 0,
        )


# --- 4. Assurer ---------------------------------------------------------------------------------


def _teams(context: Context) -> tuple[list[str], list[str]]:
    """Renvoie les buckets demandés, puis ceux qui existent déjà au départ."""
    rng = context.random()
    names = [f"equipe-{number}" for number in rng.sample(range(10, 99), 6)]
    return sorted(names), sorted(rng.sample(names, 3))


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
    present = _buckets(context)
    lost = [name for name in existing if context.keys(name) != ["travail.txt"]]
    if lost:
        raise Review(
            "Le travail d'une équipe a disparu : son bucket existait déjà, il fallait le garder.",
            found=f"{context.bucket(lost[0])} : {', '.join(context.keys(lost[0])) or 'vide'}",
            expected=f"{context.bucket(lost[0])} : travail.txt",
        )
    missing = [name for name in names if name not in present]
    if len(missing) == len(names) - len(existing):
        raise Todo
    if missing:
        raise Review(
            "La boucle ne va pas au bout : des équipes n'ont pas leur bucket.",
            found=f"{len(names) - len(missing)} buckets",
            expected=f"{len(names)} buckets",
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
                'Le nom complet se construit avec tp.bucket("archives").',
                "Deux appels suffisent, un par bucket : archives, puis factures.",
            ),
            verify=_verify_create,
        ),
        Exercise(
            "clean_up",
            "Nettoyer sans tout perdre",
            points=2,
            hints=(
                "Listez d'abord les buckets dont le nom commence par tp.bucket('brouillon').",
                "Un bucket se supprime vide : list_objects() puis remove_object() le vident.",
                "Pour chaque brouillon : une boucle sur ses objets, puis remove_bucket().",
            ),
            verify=_verify_clean_up,
            prepare=_prepare_clean_up,
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
        ),
        Exercise(
            "ensure",
            "Créer sans rien casser",
            points=2,
            hints=(
                "Certains buckets de la liste existent déjà : make_bucket() lève alors S3Error.",
                "L'exception a un attribut code ; vous en attendez un seul.",
                "try: make_bucket(…) except S3Error as error: ne relancez que si error.code "
                "n'est pas BucketAlreadyOwnedByYou.",
            ),
            verify=_verify_ensure,
            prepare=_prepare_ensure,
        ),
    ),
)
