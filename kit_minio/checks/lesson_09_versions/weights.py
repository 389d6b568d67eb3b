"""Ce que pèsent les versions que l'on garde, et celle que l'on voit."""

from __future__ import annotations

from kit_minio.checks.comparison import gap, kind, same
from kit_minio.checks.lesson_09_versions.histories import put_history
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import make_versioned


def _measures(context: Context) -> dict[str, list[int | None]]:
    """Renvoie, pour chaque clé, la taille de chaque dépôt, ou ``None`` pour une suppression."""
    rng = context.random()
    days = rng.sample(range(1, 29), 5)
    shapes = ("oo", "ooo", "oox", "oxo", "ox" if rng.random() < 0.5 else "o")
    return {
        f"mesures/jour-{day:02}.csv": [
            rng.randint(100, 900) if step == "o" else None for step in shape
        ]
        for day, shape in sorted(zip(days, shapes, strict=True))
    }


def _prepare_weigh(context: Context) -> None:
    make_versioned(context, "mesures")
    texts = {
        key: [None if octets is None else "x" * octets for octets in steps]
        for key, steps in _measures(context).items()
    }
    put_history(context, "mesures", texts, "text/csv")


def _verify_weigh(context: Context) -> None:
    measures, answer = list(_measures(context).values()), context.answer
    expected = {
        "visible": sum(steps[-1] or 0 for steps in measures),
        "conserve": sum(octets or 0 for steps in measures for octets in steps),
        "marqueurs": sum(steps.count(None) for steps in measures),
    }
    named = dict.fromkeys(answer, 0) if isinstance(answer, dict) else answer
    if fault := gap(named, dict.fromkeys(expected, 0)):
        raise Review(
            fault.message, found=answer, expected='{"visible": …, "conserve": …, "marqueurs": …}'
        )
    said = {
        "visible": "Le poids visible n'est pas celui des versions courantes.",
        "conserve": "Le poids conservé n'est pas celui de toutes les versions.",
        "marqueurs": "Ce n'est pas le nombre de marqueurs de suppression.",
    }
    counts = {
        "visible": sum(steps[-1] is not None for steps in measures),
        "conserve": sum(octets is not None for steps in measures for octets in steps),
    }
    for name, value in answer.items():
        if not isinstance(value, int | float):
            said[name] = f"Sous « {name} », un nombre est attendu, pas {kind(value)}."
        elif value == counts.get(name):
            said[name] = f"« {name} » est un nombre d'objets : des octets sont demandés."
        elif name != "marqueurs" and value == 0:
            said[name] = f"« {name} » est nul : sans recursive=True, un listage donne des préfixes."
    if answer["marqueurs"] == sum(steps[-1] is None for steps in measures):
        said["marqueurs"] = "Un marqueur reste, même quand l'objet a été déposé de nouveau."
    wrong = [name for name, value in expected.items() if not same(answer[name], value)]
    if wrong:
        points = 1 if len(wrong) == 1 else 0
        raise Review(said[wrong[0]], found=answer[wrong[0]], points=points)


EXERCISES = (
    Exercise(
        "weigh",
        "Visible et conservé",
        points=2,
        hints=(
            "Le listage ordinaire ne donne que les versions courantes.",
            "Avec include_version=True, les marqueurs sont là aussi, sans taille utile.",
            "Trois sommes : .size sans versions ; .size de ce qui n'est pas un marqueur ; "
            "le nombre d'éléments dont is_delete_marker est vrai.",
        ),
        verify=_verify_weigh,
        prepare=_prepare_weigh,
        answers=True,
        traps={
            "un objet de plusieurs versions, supprimé": lambda context: any(
                len(steps) > 2 and steps[-1] is None for steps in _measures(context).values()
            ),
            "un marqueur sous une version plus récente": lambda context: any(
                None in steps[:-1] for steps in _measures(context).values()
            ),
        },
    ),
)
