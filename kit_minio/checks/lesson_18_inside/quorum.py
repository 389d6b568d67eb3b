"""Ce qui reste possible quand des disques manquent."""

from __future__ import annotations

from kit_minio.checks.answers import expect_judgements
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.preparation import put_json

_PORTS = ("brest", "cherbourg", "dieppe", "granville", "lorient", "paimpol", "roscoff")
_BOTH, _READ, _NOTHING = "lire et écrire", "lire", "rien"
_ADVICE = {
    _BOTH: "il y reste assez de morceaux, et plus de la moitié des disques",
    _READ: "il y reste assez de morceaux, mais pas plus de la moitié des disques",
    _NOTHING: "il y reste moins de disques que l'objet n'a de morceaux de données",
}


def _servers(context: Context) -> dict[str, dict[str, int]]:
    """Renvoie des serveurs, par nom : leurs disques, leur parité, leurs disques en panne."""
    rng = context.random()
    half, small = rng.choice((2, 3, 4)), rng.choice((2, 3))
    kinds = [
        (2 * half, half, half),
        (2 * half + 2, half + 1, half),
        (2 * half, half, half + 1),
        (4 * small, small, small),
        (4 * small, small, small + 1),
        (2 * half + 2, half, half),
        (rng.choice((4, 5, 6)), 0, 1),
    ]
    rng.shuffle(kinds)
    return {
        name: {"disques": disks, "parite": parity, "en_panne": lost}
        for name, (disks, parity, lost) in zip(_PORTS, kinds, strict=True)
    }


def judge(disks: int, parity: int, lost: int) -> str:
    """Dit ce qui reste possible, comme MinIO l'a montré sur quatre disques."""
    left = disks - lost
    if left < disks - parity:
        return _NOTHING
    return _BOTH if left > disks / 2 else _READ


def _judgements(context: Context) -> dict[str, str]:
    return {
        name: judge(each["disques"], each["parite"], each["en_panne"])
        for name, each in _servers(context).items()
    }


def _prepare(context: Context) -> None:
    context.make_bucket("salle")
    put_json(context, "salle", "serveurs.json", _servers(context))


def _verify(context: Context) -> None:
    expect_judgements(context, _judgements(context), tuple(_ADVICE), each=1 / 7, advice=_ADVICE)


def _seen(context: Context, *, disks_lost: bool, verdict: str) -> bool:
    """Dit si un serveur qui a perdu autant de disques que sa parité a ce jugement."""
    return any(
        (each["en_panne"] == each["parite"]) == disks_lost
        and judge(each["disques"], each["parite"], each["en_panne"]) == verdict
        for each in _servers(context).values()
    )


EXERCISES = (
    Exercise(
        "quorum",
        "Ce qui reste possible",
        points=1,
        hints=(
            "Comptez d'abord les disques qui restent.",
            "Pour lire, il en faut au moins disques − parité, le nombre de morceaux de données.",
            "Pour écrire, il en faut autant, et plus de la moitié des disques.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "autant de pannes que de parité, et l'on peut écrire": lambda context: _seen(
                context, disks_lost=True, verdict=_BOTH
            ),
            "autant de pannes que de parité, et l'on ne peut que lire": lambda context: _seen(
                context, disks_lost=True, verdict=_READ
            ),
            "plus de la moitié des disques, et rien n'est possible": lambda context: any(
                each["en_panne"] < each["disques"] / 2 and each["en_panne"] > each["parite"] > 0
                for each in _servers(context).values()
            ),
        },
    ),
)
