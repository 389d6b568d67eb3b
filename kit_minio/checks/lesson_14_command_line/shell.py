"""Leçon 14, exercice 3 : déposer un dossier par une commande, d'après ce qui arrive au bucket."""

from __future__ import annotations

from kit_minio.checks.comparison import shown_list
from kit_minio.checks.expectations import destroyed, expect_intact, stat_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_all, put_text

_SITE, _PUBLIC = "site/", "public/"
_KEPT = {"archives/ancien.html": b"<h1>Avant</h1>"}


def _folder(context: Context) -> dict[str, bytes]:
    """Renvoie les fichiers du dossier ; deux sont à laisser, à deux niveaux."""
    rng = context.random()
    day = rng.randint(10, 28)
    names = ["index.html", f"photos/quai {day}.txt", f"photos/{day}/notes.txt", "LICENCE"]
    names += [f"brouillon-{day}.tmp", f"photos/{day}/cache.tmp"]
    return {name: f"{name} {rng.random()}".encode() for name in names}


def _seconds(context: Context) -> int:
    return 60 * (len(_folder(context)) + context.random().randint(5, 90))


def _wanted(context: Context) -> dict[str, bytes]:
    """Renvoie les objets attendus, par clé."""
    folder = _folder(context).items()
    return {f"{_PUBLIC}{name}": data for name, data in folder if not name.endswith(".tmp")}


def _prepare_shell(context: Context) -> None:
    context.make_bucket("bureau")
    put_all(context, "bureau", {f"{_SITE}{name}": data for name, data in _folder(context).items()})
    put_text(context, "bureau", "duree.txt", str(_seconds(context)))
    context.make_bucket("vitrine")
    put_all(context, "vitrine", _KEPT)


def _verify_shell(context: Context) -> None:
    expect_intact(context, "vitrine", _KEPT)
    wanted = _wanted(context)
    present = [key for key in context.keys("vitrine") if key not in _KEPT]
    if not present:
        raise Todo("Le bucket « vitrine » n'a encore que son objet de départ.")
    if left := [key for key in present if key.endswith(".tmp")]:
        fact = f'« {left[0]} » est dans le bucket : --exclude "*.tmp" laisse ces fichiers.'
        raise destroyed(context, fact)
    if strange := sorted(set(present) - set(wanted)):
        fact = "Une clé n'est pas « public/ » suivi du chemin du fichier dans le dossier site : "
        raise destroyed(context, f"{fact}« {strange[0]} ».")
    if missing := sorted(set(wanted) - set(present)):
        raise Review(
            "Il manque un fichier du dossier, niveaux inférieurs compris.",
            found=shown_list(present),
            expected=missing[0],
        )
    if changed := [key for key, data in wanted.items() if context.read("vitrine", key) != data]:
        raise Review("Un objet n'a pas le contenu de son fichier.", found=changed[0])
    asked = f"max-age={_seconds(context)}"
    for key in wanted:
        said = (stat_of(context, "vitrine", key).metadata or {}).get("cache-control") or ""
        if asked not in said.lower().replace(" ", "").split(","):
            raise Review(
                f"Les fichiers sont en place, mais « {key} » n'a pas l'en-tête Cache-Control "
                "demandé. sync n'envoie pas de nouveau ce qui est déjà là : "
                f"tp.{context.name}.reset() vide le bucket avant un nouvel essai.",
                found=said or "aucun en-tête",
                expected=asked,
                points=1,
            )


EXERCISES = (
    Exercise(
        "shell",
        "Déposer par une commande",
        points=2,
        hints=(
            "« aws s3 sync dossier s3://bucket/préfixe » dépose un dossier, niveaux inférieurs "
            "compris.",
            '--exclude "*.tmp" laisse de côté les fichiers dont le nom finit ainsi, à tous les '
            "niveaux.",
            "--cache-control max-age=… donne l'en-tête à chaque objet déposé ; une f-string place "
            "le nombre dans la commande.",
        ),
        verify=_verify_shell,
        prepare=_prepare_shell,
        traps={
            "des fichiers à laisser, à deux niveaux": lambda context: (
                {name.count("/") for name in _folder(context) if name.endswith(".tmp")} == {0, 2}
            ),
            "un nom avec une espace": lambda context: any(" " in name for name in _wanted(context)),
            "un nom sans extension": lambda context: f"{_PUBLIC}LICENCE" in _wanted(context),
        },
    ),
)
