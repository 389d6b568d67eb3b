"""Leçon 11, exercices 1 et 2 : lire la sortie d'une commande, en traduire trois."""

from __future__ import annotations

from typing import Any

from helpers.exercises.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_all

_TEXT = "text/plain"


# --- 1. Lire une sortie -------------------------------------------------------------------------


def _listed(context: Context) -> dict[str, int]:
    """Renvoie la taille de chaque objet du listage à lire."""
    rng = context.random()
    keys = [
        f"photos/{rng.choice(['port', 'phare'])} de {rng.randint(1, 99)}.jpg",
        f"photos/{rng.randint(2020, 2026)} en mer.jpg",
        "videos/marée haute.mp4",
        f"videos/plan-{rng.randint(1, 99)}.mp4",
        "lisez-moi.txt",
        f"donnees/{rng.randint(1000000, 9999999)}.csv",
    ]
    sizes = {key: rng.randint(10, 999_999) for key in keys}
    # Deux des trois clés à espaces sont parmi les grandes.
    for key in [*rng.sample(keys[:3], 2), rng.choice(keys[3:])]:
        sizes[key] = rng.randint(1_000_001, 9_999_999)
    return sizes


def _prepare_read_output(context: Context) -> None:
    rng = context.random()
    sizes = _listed(context)
    lines = [
        f"2026-{rng.randint(1, 11):02}-{rng.randint(1, 28):02} 02:15:{rng.randint(0, 59):02} "
        f"{sizes[key]:>10} {key}"
        for key in sorted(sizes)
    ]
    lines += ["", f"Total Objects: {len(sizes)}", f"   Total Size: {sum(sizes.values())}"]
    context.make_bucket("journal")
    context.put("journal", "sortie.txt", "\n".join(lines).encode(), content_type=_TEXT)


def _verify_read_output(context: Context) -> None:
    sizes = _listed(context)
    expected = {key: size for key, size in sizes.items() if size > 1_000_000}
    answer = context.answer
    if not isinstance(answer, dict):
        raise Review(
            "La réponse doit être un dictionnaire.", found=answer, expected="{clé: taille}"
        )
    if answer == expected:
        return
    if set(answer) == set(expected):
        raise Review(
            "Les clés sont bonnes ; une taille ne l'est pas, ou n'est pas un nombre.",
            found=answer,
            points=1,
        )
    strange = [key for key in answer if key not in sizes]
    if strange:
        raise Review(
            "Une clé n'est pas entière, ou n'en est pas une : une clé peut contenir des espaces, "
            "et les deux dernières lignes sont des totaux.",
            found=strange[0] or "(vide)",
        )
    small = [key for key in answer if key not in expected]
    if small:
        raise Review(
            "Un des objets ne dépasse pas un million d'octets.",
            found=f"{small[0]} : {sizes[small[0]]} octets",
        )
    raise Review(
        "Il manque des objets de plus d'un million d'octets.",
        found=f"{len(answer)} clés",
        expected=f"{len(expected)} clés",
    )


# --- 2. De la commande à Python -----------------------------------------------------------------

# Aucun serveur ne le devinerait d'après la clé.
_CSV = "text/csv; charset=utf-8; header=present"


def _orders(context: Context) -> dict[str, Any]:
    """Renvoie ce que disent les trois commandes : déplacer, supprimer, copier avec un type."""
    rng = context.random()
    day = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    folder = rng.choice(["temp", "essais", "brouillons"])
    name = rng.choice(["stations", "velos", "bornes"])
    return {
        "move": (f"recu/{day}.log", f"archives/{day}.log"),
        "remove": f"{folder}/",
        "copy": (f"{name}.txt", f"publie/{name}.csv"),
    }


def _workshop(context: Context) -> dict[str, bytes]:
    """Renvoie les objets de départ, sans les commandes."""
    rng = context.random()
    orders = _orders(context)
    folder = orders["remove"]
    keys = [orders["move"][0], orders["copy"][0], "recu/autre.log"]
    keys += [f"{folder}a.txt", f"{folder}b/c.txt", f"{folder[:-1]}-garder/a.txt"]
    return {key: f"{key} {rng.random()}".encode() for key in keys}


def _prepare_translate(context: Context) -> None:
    bucket = context.make_bucket("atelier")
    orders = _orders(context)
    (old, new), (source, target) = orders["move"], orders["copy"]
    lines = [
        f"aws s3 mv s3://{bucket}/{old} s3://{bucket}/{new}",
        f"aws s3 rm s3://{bucket}/{orders['remove']} --recursive",
        f"aws s3 cp s3://{bucket}/{source} s3://{bucket}/{target} "
        f'--content-type "{_CSV}" --metadata-directive REPLACE',
    ]
    objects = {"commandes.txt": "\n".join(lines).encode()} | _workshop(context)
    put_all(context, "atelier", objects)


def _verify_translate(context: Context) -> None:
    start = _workshop(context)
    orders = _orders(context)
    (old, new), folder, (source, target) = orders["move"], orders["remove"], orders["copy"]
    found = context.keys("atelier")
    if found == sorted([*start, "commandes.txt"]):
        raise Todo
    kept = [key for key in start if key != old and not key.startswith(folder)]
    lost = [key for key in kept if key not in found or context.read("atelier", key) != start[key]]
    if lost:
        raise Review(
            "Un objet qu'aucune commande ne supprimait a disparu ou changé.", found=lost[0]
        )
    known = [*start, "commandes.txt", new, target]
    strange = [key for key in found if key not in known]
    if strange:
        raise Review("Une clé ne vient d'aucune des commandes.", found=strange[0])
    moved = new in found and old not in found and context.read("atelier", new) == start[old]
    removed = not any(key.startswith(folder) for key in found)
    copied = target in found and context.read("atelier", target) == start[source]
    points = moved + removed
    if not moved:
        raise Review(
            "La première commande n'est pas faite, ou pas jusqu'au bout : mv déplace.",
            found=", ".join(key for key in found if key in (old, new)) or "ni l'un ni l'autre",
            expected=f"{new}, et plus {old}",
            points=points,
        )
    if not removed:
        raise Review(
            "La deuxième commande n'est pas faite, ou pas pour tous les niveaux.",
            found=", ".join(key for key in found if key.startswith(folder)),
            expected=f"rien sous {folder}",
            points=points,
        )
    if not copied:
        raise Review(
            "La troisième commande n'est pas faite.",
            found=f"pas de {target}" if target not in found else f"{target}, un autre contenu",
            expected=f"{target}, copie de {source}",
            points=points,
        )
    stat = context.client.stat_object(bucket_name=context.bucket("atelier"), object_name=target)
    if (stat.content_type or "").replace(" ", "") != _CSV.replace(" ", ""):
        raise Review(
            "La copie n'a pas le type que donne la troisième commande.",
            found=stat.content_type,
            expected=_CSV,
            points=points,
        )


EXERCISES = (
    Exercise(
        "read_output",
        "Lire une sortie",
        points=2,
        hints=(
            "Une ligne a quatre parties : date, heure, taille, clé ; la clé peut contenir des "
            "espaces.",
            "line.split(maxsplit=3) coupe trois fois au plus : le reste est la clé entière.",
            "Écartez la ligne vide et celles qui commencent par Total, puis comparez "
            "int(taille) à un million.",
        ),
        verify=_verify_read_output,
        prepare=_prepare_read_output,
        answers=True,
    ),
    Exercise(
        "translate",
        "De la commande à Python",
        points=3,
        hints=(
            "Le tableau de la leçon donne l'appel Python de chaque commande.",
            "mv, c'est copy_object() puis remove_object() ; rm --recursive, une boucle sur "
            "list_objects(prefix=…, recursive=True).",
            "copy_object() change le type avec metadata={'Content-Type': …} et "
            "metadata_directive=REPLACE ; relire puis redéposer convient aussi.",
        ),
        verify=_verify_translate,
        prepare=_prepare_translate,
    ),
)
