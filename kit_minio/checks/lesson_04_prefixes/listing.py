"""Lister : compter sous un préfixe, regrouper par premier niveau, reprendre après une clé."""

from __future__ import annotations

from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.expectations import expect_intact
from kit_minio.checks.lesson_04_prefixes.sizes import expect_sizes, fill_sizes
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import put_text
from kit_minio.checks.steps import keeping

# --- 2. Compter sous un préfixe -----------------------------------------------------------------

_MARCH = "releves/2026-03"


def _readings(context: Context) -> dict[str, int]:
    """Renvoie les tailles des relevés ; l'un de ceux de mars est vide.

    Deux de mars ont la même taille, et deux autres le même nom sous deux préfixes.
    """
    rng = context.random()
    folders = {
        f"{_MARCH}/": rng.randint(3, 6),
        f"{_MARCH}/corriges/": rng.randint(1, 3),
        f"{_MARCH}-essais/": rng.randint(2, 3),
        "releves/2026-02/": 2,
        "releves/2026-04/": 2,
        f"archives/{_MARCH}/": 2,
    }
    keys = [f"{folder}jour-{day:02}.csv" for folder, count in folders.items()
            for day in sorted(rng.sample(range(1, 29), count))]  # fmt: skip
    first = keys[0].rpartition("/")[2]
    keys += [f"{_MARCH}/LISEZMOI", f"{_MARCH}/corriges/{first}", f"{_MARCH}/corriges/jour-31.csv"]
    sizes = {key: rng.randint(100, 900) if rank else 0 for rank, key in enumerate(keys)}
    return sizes | {f"{_MARCH}/LISEZMOI": sizes[keys[1]]}


def _totals(sizes: dict[str, int]) -> dict[str, int]:
    return {"objets": len(sizes), "octets": sum(sizes.values())}


def _march(context: Context) -> dict[str, int]:
    sizes = _readings(context)
    return {key: size for key, size in sizes.items() if key.startswith(f"{_MARCH}/")}


def _miscounts(context: Context) -> list[Known]:
    """Renvoie les mauvais comptes que l'on sait expliquer."""
    sizes, march = _readings(context), _march(context)
    wide = {key: size for key, size in sizes.items() if key.startswith(_MARCH)}
    inside = {key: size for key, size in sizes.items() if f"{_MARCH}/" in key}
    flat = _totals({key: size for key, size in march.items() if key.count("/") == 2})
    levels = "Il manque les objets des niveaux inférieurs : recursive=True les donne."
    return [
        Known(_totals(wide), "Les essais sont comptés : sans barre finale, ce préfixe les prend."),
        Known(_totals(inside), "Les archives sont comptées : un préfixe est le début de la clé."),
        Known(flat, levels),
        Known(flat | {"objets": flat["objets"] + 1}, levels),
        Known(
            _totals({key: size for key, size in march.items() if size}),
            "Il manque un objet au compte : un objet vide compte aussi.",
            1,
        ),
        Known(
            _totals(march) | {"octets": sum(set(march.values()))},
            "Deux objets peuvent avoir la même taille : un ensemble n'en garde qu'une.",
            1,
        ),
        Known(
            _totals({key.rpartition("/")[2]: size for key, size in sorted(march.items())}),
            "Deux objets ont le même nom sous deux préfixes : c'est la clé entière qui les "
            "distingue.",
        ),
        Known(
            _totals(march) | {"octets": 0},
            "Vous ne pouvez parcourir un listage qu'une fois : gardez-le dans une liste.",
            1,
        ),
        Known(_totals(sizes), "C'est le compte de tout le bucket."),
        Known(
            {"objets": _totals(march)["octets"], "octets": len(march)},
            "Les deux nombres sont échangés.",
            1,
        ),
        Known({"objets": 12, "octets": 3456}, "C'est l'exemple de l'énoncé."),
        Known(
            {"objets": 0, "octets": 0},
            "Aucun objet n'est compté : un préfixe est le début de la clé entière.",
        ),
        Known(
            _totals({key: size for key, size in march.items() if key.endswith(".csv")}),
            "Un objet sans extension n'est pas compté.",
            1,
        ),
    ]


def _prepare_count(context: Context) -> None:
    fill_sizes(context, "mesures", _readings(context))


def _verify_count(context: Context) -> None:
    expect_sizes(context, "mesures", _readings(context))
    expect_answer(context, _totals(_march(context)), known=_miscounts(context), each=1)


# --- 1. Les préfixes du premier niveau ----------------------------------------------------------


def _library(context: Context) -> dict[str, int]:
    """Renvoie les tailles des objets ; un préfixe contient un point, un objet n'en a pas."""
    rng = context.random()
    names = ["affiches", "cartes", "disques", "films", "livres", "plans", "revues", "romans"]
    keys = ["LISEZMOI", "inventaire.csv"]
    for folder in ["BD", "prets.2026", *sorted(rng.sample(names, rng.randint(3, 5)))]:
        keys += [f"{folder}/2025/notice.txt", f"{folder}/notice-{rng.randint(1, 99):02}.txt"]
    return dict.fromkeys(keys, 10)


def _prepare_folders(context: Context) -> None:
    fill_sizes(context, "bibliotheque", _library(context))


def _verify_folders(context: Context) -> None:
    keys, answer = _library(context), context.answer
    expect_sizes(context, "bibliotheque", keys)
    expected = sorted({f"{key.partition('/')[0]}/" for key in keys if "/" in key})
    if isinstance(answer, list) and all(isinstance(name, str) for name in answer):
        if any(name in keys for name in answer):
            raise Review(
                "La liste contient des objets ; seuls les préfixes sont demandés.",
                found=shown_list(name for name in answer if name in keys),
            )
        if any(name.startswith(context.bucket("")) for name in answer):
            message = "Une clé ne contient pas le nom du bucket, et un préfixe non plus."
            raise Review(message, found=shown_list(answer))
        if any(name.rstrip("/") in keys for name in answer):
            message = "Un objet de la racine n'est pas un préfixe, même suivi d'une barre."
            raise Review(message, found=shown_list(answer))
        if any("/" in name.strip("/") for name in answer):
            raise Review("La liste va plus loin que le premier niveau.", found=shown_list(answer))
        with keeping(0.5 if set(answer) == set(expected) else 0):
            bare = [name.rstrip("/") for name in expected]
            known = [Known(bare, "Il manque la barre finale de chaque nom.", 0.5)]
            expect_answer(context, expected, ordered=False, known=known)
    expect_answer(context, expected, ordered=False)


# --- 3. Reprendre un listage --------------------------------------------------------------------

_OTHERS = ("journaux2025/jour-04/heure-05.log", "journaux2025/jour-05/heure-00.log")


def _journals(context: Context) -> tuple[list[str], str]:
    """Renvoie les clés des journaux, triées, et la dernière traitée, qui n'est plus là.

    Elle est au milieu d'un jour : il en reste du même jour avant elle, et après.
    """
    rng = context.random()
    keys = [
        f"journaux/jour-{day:02}/heure-{hour:02}.log"
        for day in range(1, 5)
        for hour in sorted(rng.sample(range(6), 4))
    ]
    last = keys.pop(rng.choice((5, 6, 9, 10)))
    return keys, last


def _day(key: str) -> str:
    return key.rpartition("/")[0]


def _prepare_resume(context: Context) -> None:
    keys, last = _journals(context)
    fill_sizes(context, "collecte", dict.fromkeys([*keys, *_OTHERS], 20))
    put_text(context, "collecte", "reprise.txt", last)


def _verify_resume(context: Context) -> None:
    keys, last = _journals(context)
    expect_intact(context, "collecte", dict.fromkeys([*keys, *_OTHERS], b"x" * 20))
    expected = [key for key in keys if key > last]
    for key in context.answer if isinstance(context.answer, list) else ():
        if str(key).endswith("/"):
            message = "La liste contient des préfixes, et non des clés : il manque recursive=True."
            raise Review(message, found=key)
        if key in keys and key < last:
            message = f"La liste contient des journaux déjà traités : {last} était le dernier."
            raise Review(message, found=key)
    known = [
        Known([*expected, *_OTHERS], "Sans barre finale, ce préfixe prend « journaux2025/ »."),
        Known([*expected, *_OTHERS, "reprise.txt"], "Sans préfixe, la liste ne contient pas que "
              "des journaux."),
        Known([key for key in expected if _day(key) != _day(last)],
              "Il manque la fin du jour où le programme s'est arrêté."),
        Known([last, *expected], "La dernière clé traitée n'est plus à traiter."),
        Known([last], "La dernière clé traitée n'est plus à traiter."),
    ]  # fmt: skip
    expect_answer(context, expected, known=known, out_of_order=1)


EXERCISES = (
    Exercise(
        "count",
        "Compter sous un préfixe",
        points=2,
        hints=(
            "list_objects() a deux options utiles ici : prefix et recursive.",
            "« releves/2026-03 » est aussi le début de « releves/2026-03-essais/… ».",
            "Parcourez list_objects(…, prefix=…, recursive=True) une seule fois, dans une "
            "liste : len() pour les objets, la somme des .size pour les octets.",
        ),
        verify=_verify_count,
        prepare=_prepare_count,
        answers=True,
        traps={
            "les mauvais comptes diffèrent tous du bon": lambda context: (
                _totals(_march(context)) not in [bad.answer for bad in _miscounts(context)]
            ),
            "un objet vide": lambda context: 0 in _march(context).values(),
            "deux objets de même taille": lambda context: (
                len(set(_march(context).values())) < len(_march(context))
            ),
            "deux objets de même nom, sous deux préfixes": lambda context: (
                len({key.rpartition("/")[2] for key in _march(context)}) < len(_march(context))
            ),
            "un objet sans extension": lambda context: any(
                "." not in key for key in _march(context)
            ),
        },
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
        traps={
            "un objet sans extension à la racine": lambda context: "LISEZMOI" in _library(context),
            "un préfixe en majuscules": lambda context: "BD/notice" in " ".join(_library(context)),
            "un préfixe avec un point": lambda context: any(
                "." in key.partition("/")[0] for key in _library(context) if "/" in key
            ),
        },
    ),
    Exercise(
        "resume",
        "Reprendre un listage",
        points=2,
        hints=(
            "La clé de reprise n'existe plus : vous ne la trouverez pas dans la liste.",
            "list_objects() a une option start_after, qui accepte une clé absente.",
            "Combinez prefix, recursive et start_after, puis gardez les object_name.",
        ),
        verify=_verify_resume,
        prepare=_prepare_resume,
        answers=True,
        traps={
            "la reprise est au milieu d'un jour": lambda context: (
                {
                    key > _journals(context)[1]
                    for key in _journals(context)[0]
                    if _day(key) == _day(_journals(context)[1])
                }
                == {True, False}
            ),
            "la clé de reprise n'existe plus": lambda context: (
                _journals(context)[1] not in _journals(context)[0]
            ),
        },
    ),
)
