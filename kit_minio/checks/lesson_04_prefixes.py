"""Les exercices de la leçon 04 : compter, regrouper, reprendre, dessiner, renommer."""

from __future__ import annotations

from typing import Any

from helpers.exercises.model import Context, Exercise, Review, Series, Todo


def _fill(context: Context, name: str, sizes: dict[str, int]) -> None:
    """Crée un bucket et y dépose des objets.

    Args:
        context: l'espace de l'élève.
        name: le nom court du bucket.
        sizes: pour chaque clé, la taille de l'objet en octets.
    """
    context.make_bucket(name)
    for key, octets in sizes.items():
        context.put(name, key, b"x" * octets, content_type="application/octet-stream")


# --- 1. Compter sous un préfixe -----------------------------------------------------------------

_MARCH = "releves/2026-03"


def _readings(context: Context) -> dict[str, int]:
    rng = context.random()
    folders = {
        "releves/2026-02/": 2,
        f"{_MARCH}/": rng.randint(3, 6),
        f"{_MARCH}/corriges/": rng.randint(2, 4),
        f"{_MARCH}-essais/": rng.randint(2, 3),
        "releves/2026-04/": 2,
    }
    keys = [f"{folder}jour-{day:02}.csv" for folder, count in folders.items()
            for day in sorted(rng.sample(range(1, 29), count))]  # fmt: skip
    return {key: rng.randint(100, 900) for key in keys}


def _totals(sizes: dict[str, int]) -> dict[str, int]:
    return {"objets": len(sizes), "octets": sum(sizes.values())}


def _prepare_count(context: Context) -> None:
    _fill(context, "mesures", _readings(context))


def _verify_count(context: Context) -> None:
    sizes = _readings(context)
    answer = context.answer
    if not isinstance(answer, dict) or set(answer) != {"objets", "octets"}:
        raise Review(
            "La réponse doit être un dictionnaire de deux nombres.",
            found=answer,
            expected='{"objets": …, "octets": …}',
        )
    wanted = {key: size for key, size in sizes.items() if key.startswith(f"{_MARCH}/")}
    if answer == _totals(wanted):
        return
    wide = sum(key.startswith(_MARCH) for key in sizes)
    flat = sum(key.count("/") == 2 for key in wanted)
    if answer["objets"] == wide:
        raise Review("Les essais sont comptés : ils sont sous un autre préfixe.", found=answer)
    if answer["objets"] in (flat, flat + 1):
        raise Review("Il manque les objets des niveaux inférieurs.", found=answer)
    if answer["objets"] == len(wanted):
        raise Review("Le nombre d'objets est bon, pas le total des octets.", found=answer, points=1)
    raise Review(f"Ce n'est pas le compte des objets sous {_MARCH}/.", found=answer)


# --- 2. Les préfixes du premier niveau ----------------------------------------------------------


def _library(context: Context) -> dict[str, int]:
    rng = context.random()
    names = ["affiches", "cartes", "disques", "films", "livres", "plans", "revues", "romans"]
    folders = sorted(rng.sample(names, rng.randint(3, 5)))
    keys = ["inventaire.csv", "lisez-moi.txt"]
    for folder in folders:
        keys += [f"{folder}/2025/notice.txt", f"{folder}/notice-{rng.randint(1, 99):02}.txt"]
    return {key: 10 for key in keys}


def _prepare_folders(context: Context) -> None:
    _fill(context, "bibliotheque", _library(context))


def _verify_folders(context: Context) -> None:
    keys = _library(context)
    expected = sorted({f"{key.partition('/')[0]}/" for key in keys if "/" in key})
    answer = context.answer
    if not isinstance(answer, list) or not all(isinstance(name, str) for name in answer):
        raise Review("La réponse doit être une liste de textes.", found=answer)
    if sorted(answer) == expected:
        return
    if any(name in keys for name in answer):
        raise Review(
            "La liste contient des objets ; seuls les préfixes sont demandés.", found=answer
        )
    if any(name.count("/") > 1 for name in answer):
        raise Review("La liste va plus loin que le premier niveau.", found=answer)
    if sorted(f"{name}/" for name in answer) == expected:
        raise Review("Il manque la barre finale de chaque nom.", found=answer, points=0.5)
    if set(answer) == set(expected):
        raise Review("Un même nom figure plusieurs fois.", found=answer, points=0.5)
    raise Review(
        "Ce ne sont pas les préfixes du premier niveau.",
        found=answer,
        expected=f"{len(expected)} noms",
    )


# --- 3. Reprendre un listage --------------------------------------------------------------------


def _journals(context: Context) -> tuple[list[str], str]:
    """Renvoie les clés des journaux, triées, et la dernière clé traitée, qui n'est plus là."""
    rng = context.random()
    hours = [f"{day:02}/heure-{hour:02}" for day in range(1, 5) for hour in range(6)]
    keys = [f"journaux/jour-{hour}.log" for hour in sorted(rng.sample(hours, 16))]
    last = keys.pop(rng.randint(5, 9))
    return keys, last


def _prepare_resume(context: Context) -> None:
    keys, last = _journals(context)
    _fill(context, "collecte", dict.fromkeys(keys, 20))
    context.put("collecte", "reprise.txt", last.encode(), content_type="text/plain")


def _verify_resume(context: Context) -> None:
    keys, last = _journals(context)
    expected = [key for key in keys if key > last]
    answer = context.answer
    if not isinstance(answer, list) or not all(isinstance(key, str) for key in answer):
        raise Review("La réponse doit être une liste de clés.", found=answer)
    if answer == expected:
        return
    strange = [key for key in answer if key not in keys and key != last]
    if strange:
        raise Review(
            "La liste contient autre chose que des clés de journaux.",
            found=strange[0],
            expected="journaux/jour-….log",
        )
    if any(key <= last for key in answer):
        raise Review(
            "La liste contient des journaux déjà traités.",
            found=f"{len(answer)} clés, dont {min(answer)}",
            expected=f"les clés qui suivent {last}",
        )
    if sorted(answer) == expected:
        raise Review("Toutes les clés sont là, mais pas dans l'ordre.", found=answer, points=1)
    raise Review(
        "Il manque des journaux à traiter, ou l'un d'eux est répété.",
        found=f"{len(answer)} clés",
        expected=f"{len(expected)} clés",
    )


# --- 4. Un bucket en arbre ----------------------------------------------------------------------


def _house(context: Context) -> dict[str, int]:
    rng = context.random()
    keys = ["lisez-moi.txt"]
    for year in sorted(rng.sample(range(2018, 2027), 2)):
        keys += [f"photos/{year}/{name}.jpg" for name in rng.sample(["ile", "port", "quai"], 2)]
    keys += [f"photos/{rng.choice(['carte', 'plan'])}.png"]
    keys += [f"sons/{rng.choice(['mer', 'vent'])}/prise-{take}.wav" for take in (1, 2)]
    return {key: rng.randint(10, 99) for key in keys}


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
    _fill(context, "maison", _house(context))


def _verify_tree(context: Context) -> None:
    expected = _nest(_house(context))
    if not isinstance(context.answer, dict):
        raise Review("La réponse doit être un dictionnaire.", found=context.answer, expected="{…}")
    _compare_shape(context.answer, expected, "la racine")
    if context.answer != expected:
        raise Review(
            "L'arbre a la bonne forme, mais les valeurs de ses feuilles ne sont pas les tailles.",
            found=context.answer,
            points=2,
        )


def _compare_shape(found: Any, expected: dict[str, Any], place: str) -> None:
    """Compare les noms de deux arbres, niveau par niveau ; lève ``Review`` au premier écart."""
    if not isinstance(found, dict):
        raise Review(f"Sous {place}, un dictionnaire était attendu.", found=found, expected="{…}")
    slashes = [name for name in found if "/" in name]
    if slashes:
        raise Review(
            "Un nom contient une barre oblique : chaque niveau a son propre dictionnaire.",
            found=slashes[0],
        )
    if set(found) != set(expected):
        raise Review(
            f"Sous {place}, les noms ne sont pas ceux du bucket.",
            found=", ".join(sorted(found)) or "aucun nom",
            expected=", ".join(sorted(expected)),
        )
    for name, content in expected.items():
        if isinstance(content, dict):
            _compare_shape(found[name], content, f"« {name} »")
        elif isinstance(found[name], (dict, list)):
            raise Review(f"« {name} » est un objet : sa valeur est un nombre.", found=found[name])


# --- 5. Renommer un préfixe ---------------------------------------------------------------------

_OLD, _NEW = "brouillons/", "relecture/"
_MARKDOWN = "text/markdown; charset=utf-8; variant=CommonMark"


def _chapters(context: Context) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Renvoie les objets à renommer, puis ceux qui doivent rester ; pour chaque clé, ses octets."""
    rng = context.random()
    names = [f"chapitre-{number:02}.md" for number in sorted(rng.sample(range(1, 40), 4))]
    moving = [f"{_OLD}{name}" for name in names] + [f"{_OLD}annexes/glossaire.md"]
    staying = [f"brouillons-2024/{names[0]}", "plan.md"]
    texts = {key: f"# {key} {rng.random()}".encode() for key in moving + staying}
    return {key: texts[key] for key in moving}, {key: texts[key] for key in staying}


def _prepare_rename(context: Context) -> None:
    moving, staying = _chapters(context)
    context.make_bucket("livre")
    for key, text in (moving | staying).items():
        context.put("livre", key, text, content_type=_MARKDOWN, metadata={"auteur": "Camille"})


def _verify_rename(context: Context) -> None:
    moving, staying = _chapters(context)
    moved = {_NEW + key.removeprefix(_OLD): text for key, text in moving.items()}
    found = context.keys("livre")
    if found == sorted(moving | staying):
        raise Todo
    lost = [
        key for key in staying if key not in found or context.read("livre", key) != staying[key]
    ]
    if lost:
        raise Review(
            "Un objet qui n'était pas sous brouillons/ a été déplacé, modifié ou supprimé.",
            found=", ".join(found) or "aucun objet",
            expected=f"{lost[0]}, intact",
        )
    strange = [key for key in found if key not in moved | moving | staying]
    if strange:
        raise Review(
            "Une clé n'est pas celle attendue : seul le début des clés change.", found=strange[0]
        )
    missing = [key for key in moved if key not in found]
    if missing:
        raise Review(
            "Il manque des objets sous relecture/.",
            found=f"{len(moved) - len(missing)} objets",
            expected=f"{len(moved)} objets",
        )
    left = [key for key in moving if key in found]
    if left:
        raise Review(
            "Les copies sont là, mais d'anciennes clés existent encore.", found=left[0], points=1
        )
    for key, text in moved.items():
        _verify_copy(context, key, text)


def _verify_copy(context: Context, key: str, text: bytes) -> None:
    if context.read("livre", key) != text:
        raise Review("Le contenu d'un objet a changé en route.", found=key)
    stat = context.client.stat_object(bucket_name=context.bucket("livre"), object_name=key)
    if stat.content_type != _MARKDOWN:
        raise Review(
            "Un objet a perdu son type de contenu.",
            found=f"{key} : {stat.content_type}",
            expected=_MARKDOWN,
            points=1,
        )
    if (stat.metadata or {}).get("x-amz-meta-auteur") != "Camille":
        raise Review(
            "Un objet a perdu sa métadonnée « auteur ».",
            found=key,
            expected="Camille",
            points=1,
        )


SERIES = Series(
    "04",
    "prefixes",
    (
        Exercise(
            "count",
            "Compter sous un préfixe",
            points=2,
            hints=(
                "list_objects() a deux options utiles ici : prefix et recursive.",
                "« releves/2026-03 » est aussi le début de « releves/2026-03-essais/… ».",
                "Parcourez list_objects(…, prefix=…, recursive=True) une seule fois, mis dans une "
                "liste : len() pour les objets, la somme des .size pour les octets.",
            ),
            verify=_verify_count,
            prepare=_prepare_count,
            answers=True,
        ),
        Exercise(
            "folders",
            "Les préfixes du premier niveau",
            points=1,
            hints=(
                "Sans recursive=True, list_objects() s'arrête au premier « / ».",
                "Ce listage donne aussi les objets de la racine : l'attribut is_dir les distingue.",
                "Gardez item.object_name pour les éléments dont item.is_dir est vrai.",
            ),
            verify=_verify_folders,
            prepare=_prepare_folders,
            answers=True,
        ),
        Exercise(
            "resume",
            "Reprendre un listage",
            points=2,
            hints=(
                "La clé de reprise n'existe plus : la chercher dans la liste échouerait.",
                "list_objects() a une option start_after, qui accepte une clé absente.",
                "Combinez prefix, recursive et start_after, puis gardez les object_name.",
            ),
            verify=_verify_resume,
            prepare=_prepare_resume,
            answers=True,
        ),
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
        ),
        Exercise(
            "rename",
            "Renommer un préfixe",
            points=2,
            hints=(
                "Il n'y a pas de dossier à renommer : chaque objet reçoit une nouvelle clé.",
                "copy_object() copie sur le serveur et garde le type et les métadonnées.",
                "Pour chaque objet sous « brouillons/ » : copy_object() vers la nouvelle clé, puis "
                "remove_object() de l'ancienne.",
            ),
            verify=_verify_rename,
            prepare=_prepare_rename,
        ),
    ),
)
