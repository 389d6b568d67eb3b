"""Les étapes des tests : des données, et le choix de celles à lancer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers.errors import SettingsError
from helpers.files import ROOT

NBVAL = ("--nbval", "--nbval-sanitize-with=tests/sanitize.cfg", "--nbval-kernel-name=python3")
_ANSWERS = "tests/answers"
_HELPERS = "tests/helpers"
_GRADING = "tests/kit_minio/grading"
_CLASS = ("tests/classroom", "tests/trials")
_HOSTILE = "tests/hostile"
_READERS = "tests/fuzz"
_COMPOSE = "tests/compose"
_TERMINAL = "tests/helpers/topics/test_terminal.py"
_INSTALL = "tests/test_kit.py"
_HUB = "tests/kit_minio/test_hub.py"
_HOUSE = "tests/test_house.py"
# Les fichiers dont des tests emploient Chromium : importer tous les autres prend cinq secondes. Le
# hub a son étape.
_BROWSER = tuple(
    name
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    if "chromium" in path.read_text(encoding="utf-8")
    and (name := path.relative_to(ROOT).as_posix()) != _HUB
)
# Les dossiers qui ont leur étape à eux ; tout autre test est un module.
_APART = (_ANSWERS, _GRADING, *_CLASS, _HOSTILE, _READERS, _INSTALL, _HOUSE)
_MODULES = ("tests", *(f"--ignore={path}" for path in _APART))


@dataclass(frozen=True)
class Stage:
    """Une étape : des commandes, exécutées l'une après l'autre sur un serveur donné.

    Args:
        name: le nom de l'étape, que ``--only`` accepte.
        commands: les arguments de ``python -m``, une liste par commande.
        quick: dit si « kit.py test » la lance, ou seulement « kit.py test --all ».
        server: la valeur de ``KIT_SERVER``.
        built: dit si elle attend que Go ait construit MinIO et ``mc``, qu'elle trouve sur le PATH.
        seconds: le temps laissé à l'étape entière, trois fois au moins ce qu'elle demande ; un
            test seul est arrêté avant (``timeout``, dans pyproject.toml).
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    quick: bool = False
    server: str = "embedded"
    built: bool = False
    seconds: int = 1800


def _pytest(marks: str, *paths: str) -> tuple[tuple[str, ...], ...]:
    return (("pytest", "-m", marks, *paths),)


def _answers(marks: str, lessons: Iterable[int]) -> tuple[tuple[str, ...], ...]:
    """Toutes les réponses de ces leçons ; un test porte le numéro de la sienne."""
    names = " or ".join(f"{number:02}_ or [{number:02}" for number in lessons)
    return _pytest(marks, _ANSWERS, f"-k={names}")


def _on_minio(name: str, commands: tuple[tuple[str, ...], ...]) -> Stage:
    return Stage(name, commands, server="native", built=True)


# Celles de tous les jours : ce qu'une personne fait du kit, d'un bout à l'autre ; les essais de
# chaque module n'y sont pas. Puis les autres, puis celles qui attendent MinIO, que Go construit ;
# les plus longues d'abord dans chaque groupe, pour que la dernière ne finisse pas seule.
STAGES = (
    Stage("navigateur", _pytest("not slow and browser", *_BROWSER), True),
    Stage("leçons", (("pytest", *NBVAL, "notebooks"),), True),
    Stage("exercices", _pytest("not slow", _ANSWERS), True),
    Stage("classe", _pytest("not slow and not browser", *_CLASS, _HOSTILE), True),
    Stage(
        "style",
        (
            *_pytest("", _HOUSE),
            ("ruff", "format", "--check", "."),
            ("ruff", "check", "."),
            ("mypy",),
        ),
        True,
    ),
    Stage("exercices-lents-2", _answers("slow", range(11, 21))),
    Stage("exercices-lents", _answers("slow", range(11))),
    Stage("navigateur-lent", _pytest("slow and browser", *_BROWSER)),
    Stage("modules", _pytest("not slow and not browser", *_MODULES, f"--ignore={_HELPERS}")),
    Stage("correction", _pytest("not slow and not browser", _GRADING)),
    Stage("helpers", _pytest("not slow and not browser", _HELPERS)),
    Stage("hub", _pytest("slow", _HUB)),
    Stage("classe-lente", _pytest("slow and not browser", *_CLASS)),
    Stage(
        "modules-lents",
        _pytest("slow and not browser", *_MODULES, f"--ignore={_COMPOSE}", f"--ignore={_TERMINAL}"),
    ),
    Stage("hostiles", _pytest("slow", _HOSTILE)),
    Stage("installation", _pytest("", _INSTALL)),
    Stage("correction-lente", _pytest("slow and not browser", _GRADING)),
    Stage("lecteurs", _pytest("", _READERS)),
    _on_minio("exercices-minio-2", _answers("both_servers", range(11, 21))),
    _on_minio("exercices-minio", _answers("both_servers", range(11))),
    Stage("compose", _pytest("slow", _COMPOSE), built=True),
    _on_minio("modules-minio", _pytest("both_servers and not browser", *_MODULES)),
    _on_minio("correction-minio", _pytest("both_servers", _GRADING, *_CLASS, _HOSTILE)),
    # La leçon 18 se rejoue où MinIO n'est pas ; ici, elle s'exécute.
    Stage(
        "leçon-minio", (("pytest", *NBVAL, "notebooks/18-minio-de-l-interieur.ipynb"),), built=True
    ),
    Stage("terminal", _pytest("slow", _TERMINAL), built=True),
)


def chosen(only: Iterable[str], everything: bool) -> list[Stage]:
    """Renvoie les étapes nommées, sinon celles de tous les jours, sinon toutes.

    Args:
        only: les noms des étapes, quelle que soit leur part.
        everything: sans nom, ajoute celles que seul « kit.py test --all » lance.

    Raises:
        SettingsError: une étape nommée n'existe pas.
    """
    only = set(only)
    names = [stage.name for stage in STAGES]
    if unknown := sorted(only - set(names)):
        raise SettingsError(
            f"L'étape « {unknown[0]} » n'existe pas.", f"Choisissez parmi : {', '.join(names)}."
        )
    if only:
        return [stage for stage in STAGES if stage.name in only]
    return [stage for stage in STAGES if everything or stage.quick]
