"""Leçon 14, exercices 1 et 4 : lire la sortie d'une commande, en traduire trois."""

from __future__ import annotations

from typing import Any

from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.differences import difference, loose
from kit_minio.checks.expectations import destroyed, stat_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_all
from kit_minio.checks.steps import in_steps, keeping

_TEXT = "text/plain"


# --- 1. Lire une sortie -------------------------------------------------------------------------


_MILLION = 1_000_000


def _listed(context: Context) -> dict[str, int]:
    """Renvoie la taille de chaque objet du listage à lire ; un fait un million d'octets juste."""
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
    for key in rng.sample(keys[:3], 2):
        sizes[key] = rng.randint(1_100_000, 9_999_999)
    # Plus d'un million, et moins d'un mébioctet.
    above, exact = rng.sample(keys[3:], 2)
    return sizes | {above: rng.randint(_MILLION + 1, 1_048_575), exact: _MILLION}


def _above(context: Context, limit: int) -> dict[str, int]:
    return {key: size for key, size in _listed(context).items() if size > limit}


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
    sizes, expected, answer = _listed(context), _above(context, _MILLION), context.answer
    names = answer if isinstance(answer, dict) else {}
    if names and all(name in {str(size) for size in sizes.values()} for name in names):
        raise Review(
            "Le dictionnaire est à l'envers : la clé de l'objet d'abord, puis sa taille.",
            found=answer,
        )
    strange = [name for name in names if name not in sizes]
    if strange and not any(difference(name, key) for name in strange for key in sizes):
        raise Review(
            "Une clé n'est pas entière, ou n'en est pas une : une clé peut contenir des espaces, "
            "et les deux dernières lignes sont des totaux.",
            found=strange[0] or "(vide)",
        )
    known = [
        Known(_above(context, 2**20), "Un million d'octets n'est pas un mébioctet : il manque un "
              "objet."),
        Known(_above(context, _MILLION - 1), "Un objet fait un million d'octets, pas plus."),
        Known({key: size for key, size in sizes.items() if str(size) > str(_MILLION)},
              "Les tailles sont comparées comme des textes : int() en fait des nombres."),
        Known({key: size for key, size in sizes.items() if size < _MILLION},
              "Ce sont les objets de moins d'un million d'octets."),
        Known({key: size // 1000 for key, size in expected.items()},
              "Donnez les tailles en octets."),
        Known(sizes, "Tous les objets sont là : seuls ceux de plus d'un million d'octets sont "
              "demandés."),
    ]  # fmt: skip
    with keeping(1 if set(names) == set(expected) else 0):
        expect_answer(context, expected, known=known)


# --- 4. De la commande à Python -----------------------------------------------------------------

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
    start, orders = _workshop(context), _orders(context)
    (_, new), folder, (_, target) = orders["move"], orders["remove"], orders["copy"]
    found = context.keys("atelier")
    if found == sorted([*start, "commandes.txt"]):
        raise Todo(
            "Le bucket est dans son état de départ : aucune des trois commandes n'est faite."
        )
    if "commandes.txt" not in found:
        raise destroyed(context, "« commandes.txt », qu'aucune commande ne supprimait, a disparu.")
    kept = [key for key in start if key != orders["move"][0] and not key.startswith(folder)]
    lost = [key for key in kept if key not in found or context.read("atelier", key) != start[key]]
    if lost:
        fact = f"« {lost[0]} », qu'aucune commande ne supprimait, a disparu ou changé."
        raise destroyed(context, fact)
    known = [*start, "commandes.txt", new, target]
    strange = [key for key in found if key not in known]
    if strange:
        raise destroyed(context, f"« {strange[0]} » ne vient d'aucune des commandes.")
    in_steps(
        (1, lambda: _expect_moved(context, found)),
        (1, lambda: _expect_removed(context, found)),
        (1, lambda: _expect_copied(context, found)),
    )


def _expect_moved(context: Context, found: list[str]) -> None:
    old, new = _orders(context)["move"]
    if new not in found and old not in found:
        raise destroyed(context, f"« {old} » a disparu, sans être devenu « {new} ».")
    if old in found or context.read("atelier", new) != _workshop(context)[old]:
        raise destroyed(
            context, "La première commande n'est pas faite, ou pas jusqu'au bout : mv déplace."
        )


def _expect_removed(context: Context, found: list[str]) -> None:
    folder = _orders(context)["remove"]
    left = [key for key in found if key.startswith(folder)]
    if left:
        raise destroyed(
            context,
            "La deuxième commande n'est pas faite, ou pas pour tous les niveaux : il reste "
            f"« {left[0]} ».",
        )


def _expect_copied(context: Context, found: list[str]) -> None:
    source, target = _orders(context)["copy"]
    if target not in found:
        raise destroyed(context, f"La troisième commande n'est pas faite : pas de « {target} ».")
    if context.read("atelier", target) != _workshop(context)[source]:
        raise destroyed(context, f"« {target} » n'a pas le contenu de « {source} ».")
    stat = stat_of(context, "atelier", target)
    if loose(stat.content_type or "").replace(" ", "") != _CSV.replace(" ", ""):
        raise Review(
            "La copie n'a pas le type que donne la troisième commande.",
            found=stat.content_type,
            expected=_CSV,
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
        traps={
            "une clé à espaces parmi les grandes": lambda context: any(
                " " in key for key in _above(context, _MILLION)
            ),
            "un objet d'un million d'octets juste": lambda context: (
                _MILLION in _listed(context).values()
            ),
            "un objet entre un million et un mébioctet": lambda context: (
                _above(context, _MILLION) != _above(context, 2**20)
            ),
        },
    ),
    Exercise(
        "translate",
        "De la commande à Python",
        points=3,
        hints=(
            "Le tableau de la leçon donne l'appel Python de chaque commande.",
            "mv correspond à copy_object() puis remove_object() ; rm --recursive, à une boucle "
            "sur list_objects(prefix=…, recursive=True). shlex.split() coupe une commande en mots.",
            "copy_object() change le type avec metadata={'Content-Type': …} et "
            "metadata_directive=REPLACE ; relire puis redéposer convient aussi.",
        ),
        verify=_verify_translate,
        prepare=_prepare_translate,
        traps={
            "un préfixe voisin": lambda context: any(
                key.startswith(_orders(context)["remove"][:-1] + "-") for key in _workshop(context)
            ),
            "un niveau inférieur à supprimer": lambda context: any(
                key.startswith(_orders(context)["remove"]) and key.count("/") > 1
                for key in _workshop(context)
            ),
        },
    ),
)
