"""Les « dossiers » que dessinent les clés : les mettre en arbre, en renommer un."""

from __future__ import annotations

from typing import Any

from helpers.display import user_metadata
from helpers.french import count_of
from kit_minio.checks.answers import expect_answer
from kit_minio.checks.comparison import same, shown_list
from kit_minio.checks.expectations import destroyed, stat_of
from kit_minio.checks.lesson_04_prefixes.sizes import expect_sizes, fill_sizes
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.steps import keeping

# --- 5. Un bucket en arbre ----------------------------------------------------------------------


def _house(context: Context) -> dict[str, int]:
    """Renvoie les tailles des objets : jusqu'à trois préfixes l'un dans l'autre, un objet vide."""
    rng = context.random()
    keys = ["lisez-moi.txt"]
    for year in sorted(rng.sample(range(2018, 2027), 2)):
        keys += [f"photos/{year}/{name}.jpg" for name in rng.sample(["ile", "port", "quai"], 2)]
    keys += [f"photos/{rng.choice(['carte', 'plan'])}.png"]
    keys += [f"sons/{rng.choice(['mer', 'vent'])}/brut/prise-{take}.wav" for take in (1, 2)]
    keys += ["sons/sons/reprise.wav"]
    return {key: rng.randint(10, 99) for key in keys} | {"photos/vide.txt": 0}


def _nest(sizes: dict[str, int]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, octets in sizes.items():
        *folders, name = key.split("/")
        branch = tree
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch[name] = octets
    return tree


def _prepare_tree(context: Context) -> None:
    fill_sizes(context, "maison", _house(context))


def _verify_tree(context: Context) -> None:
    sizes, answer = _house(context), context.answer
    expect_sizes(context, "maison", sizes)
    expected = _nest(sizes)
    for name in _names(answer):
        if name.endswith("/") and name.count("/") == 1:
            raise Review("Un nom garde sa barre finale : enlevez-la.", found=name)
        if "/" in name:
            raise Review(
                "Un nom contient une barre oblique : chaque niveau a son propre dictionnaire.",
                found=name,
            )
    with keeping(2 if same(_shape(answer), _shape(expected)) else 0):
        expect_answer(context, expected)


def _names(tree: Any) -> list[str]:
    """Renvoie tous les noms d'un arbre."""
    if not isinstance(tree, dict):
        return []
    return [*tree, *(name for branch in tree.values() for name in _names(branch))]


def _shape(tree: Any) -> Any:
    """Renvoie un arbre sans les valeurs de ses feuilles."""
    return {name: _shape(branch) for name, branch in tree.items()} if isinstance(tree, dict) else 0


# --- 4. Renommer un préfixe ---------------------------------------------------------------------

_OLD, _NEW = "brouillons/", "relecture/"
_MARKDOWN = "text/markdown; charset=utf-8; variant=CommonMark"
_AUTHOR = {"auteur": "Camille"}


def _chapters(context: Context) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Renvoie les objets à renommer, puis ceux qui doivent rester ; pour chaque clé, ses octets."""
    rng = context.random()
    names = [f"chapitre-{number:02}.md" for number in sorted(rng.sample(range(1, 40), 4))]
    annexes = ["annexes/brouillons/plan.md", "annexes/table des matières.md"]
    moving = [f"{_OLD}{name}" for name in [*names, "introduction.md", *annexes]]
    staying = [f"brouillons-2024/{names[0]}", "plan.md"]
    texts = {key: f"# {key} {rng.random()}".encode() for key in moving + staying}
    return {key: texts[key] for key in moving}, {key: texts[key] for key in staying}


def _prepare_rename(context: Context) -> None:
    moving, staying = _chapters(context)
    context.make_bucket("livre")
    for key, text in (moving | staying).items():
        context.put("livre", key, text, content_type=_MARKDOWN, metadata=dict(_AUTHOR))


def _verify_rename(context: Context) -> None:
    moving, staying = _chapters(context)
    moved = {old: _NEW + old.removeprefix(_OLD) for old in moving}
    found = context.keys("livre")
    if found == sorted(moving | staying):
        raise Todo("Aucun objet n'a changé de clé.")
    for key, text in staying.items():
        if key not in found or not _unchanged(context, key, text):
            fact = (
                f"« {key} », qui n'était pas sous « {_OLD} », a été déplacé, modifié ou supprimé."
            )
            raise destroyed(context, fact)
    missing = [new for new in moved.values() if new not in found]
    gone = [old for old, new in moved.items() if old not in found and new not in found]
    strange = sorted(set(found) - set(moved.values()) - set(moving) - set(staying))
    if gone and strange:
        fact = (
            f"« {strange[0]} » n'est pas une clé attendue : seul le début, « {_OLD} », devient "
            f"« {_NEW} », et le reste ne change pas."
        )
        raise destroyed(context, fact)
    if gone:
        told = count_of(len(gone), "objet a disparu", "objets ont disparu")
        raise destroyed(context, f"{told} sans avoir été copiés sous « {_NEW} ».")
    if missing:
        told = count_of(len(missing), "objet", "objets")
        raise Review(
            f"Il manque {told} sous « {_NEW} » ; tous les niveaux sont demandés.",
            found=shown_list(strange)
            or count_of(len(moved) - len(missing), "objet copié", "objets copiés"),
            expected=shown_list(missing),
            points=1 if len(missing) < len(moved) / 2 else 0,
        )
    left = [old for old in moving if old in found]
    if left:
        message = "Les copies sont là, mais d'anciennes clés existent encore."
        raise Review(message, found=left[0], points=1)
    for old, new in moved.items():
        _verify_copy(context, new, moving[old])
    if strange:
        message = "Tout est renommé, mais un objet de trop reste dans le bucket : supprimez-le."
        raise Review(message, found=strange[0], points=1)


def _unchanged(context: Context, key: str, text: bytes) -> bool:
    """Dit si un objet a encore ses octets, son type et sa métadonnée."""
    stat = stat_of(context, "livre", key)
    kept = stat.content_type, user_metadata(stat)
    return kept == (_MARKDOWN, _AUTHOR) and context.read("livre", key) == text


def _verify_copy(context: Context, key: str, text: bytes) -> None:
    if context.read("livre", key) != text:
        raise destroyed(context, f"Le contenu de « {key} » a changé en route.")
    stat = stat_of(context, "livre", key)
    if stat.content_type != _MARKDOWN:
        fact = f"« {key} » a perdu son type de contenu, devenu « {stat.content_type} »."
        raise destroyed(context, fact, points=1)
    if user_metadata(stat) != _AUTHOR:
        raise destroyed(context, f"« {key} » a perdu sa métadonnée « auteur ».", points=1)


EXERCISES = (
    Exercise(
        "tree",
        "Un bucket en arbre",
        points=3,
        hints=(
            'Partez de toutes les clés ; key.split("/") donne les étapes de chacune.',
            "Pour chaque clé, repartez de la racine et descendez d'un dictionnaire par étape.",
            "branch = branch.setdefault(étape, {}) crée l'étape si besoin et y descend ; "
            "après la dernière, branch[nom] = taille.",
        ),
        verify=_verify_tree,
        prepare=_prepare_tree,
        answers=True,
        traps={
            "un même nom sous deux préfixes": lambda context: (
                len({key.rpartition("/")[2] for key in _house(context)}) < len(_house(context))
            ),
            "un préfixe contient son propre nom": lambda context: any(
                key.startswith("sons/sons/") for key in _house(context)
            ),
            "trois préfixes l'un dans l'autre": lambda context: any(
                key.count("/") == 3 for key in _house(context)
            ),
            "un objet vide": lambda context: 0 in _house(context).values(),
        },
    ),
    Exercise(
        "rename",
        "Renommer un préfixe",
        points=2,
        hints=(
            "S3 n'a pas de dossier à renommer : chaque objet doit recevoir une nouvelle clé.",
            "copy_object() copie sur le serveur et garde le type et les métadonnées.",
            "Pour chaque objet sous « brouillons/ » : copy_object() vers la nouvelle clé, puis "
            "remove_object() de l'ancienne.",
        ),
        verify=_verify_rename,
        prepare=_prepare_rename,
        traps={
            "lstrip() mange le début d'un nom": lambda context: any(
                key.lstrip(_OLD) != key.removeprefix(_OLD) for key in _chapters(context)[0]
            ),
            "l'ancien préfixe revient plus loin dans une clé": lambda context: any(
                key.count("brouillons") == 2 for key in _chapters(context)[0]
            ),
            "un préfixe voisin": lambda context: any(
                key.startswith("brouillons-") for key in _chapters(context)[1]
            ),
        },
    ),
)
