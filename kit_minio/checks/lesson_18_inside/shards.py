"""Des morceaux sur quatre disques, dont un de parité : reconstruire ceux qui manquent."""

from __future__ import annotations

from functools import partial, reduce
from hashlib import sha256

from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.expectations import bucket_lost, destroyed, mime_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import fill, put_json
from kit_minio.checks.steps import in_steps

Shards = dict[int, bytes]  # par disque

_DISKS = (1, 2, 3, 4)
_NAMES = ("bouees.txt", "carte.txt", "journal.txt", "plan.txt", "vents.txt")
_LENGTH = 48  # octets d'un morceau
_KIND = "application/x-morceau"  # le type de départ : un morceau déposé de nouveau ne l'a plus


def _xor(blocks: list[bytes]) -> bytes:
    return bytes(reduce(lambda a, b: a ^ b, column) for column in zip(*blocks, strict=True))


def _whole(context: Context) -> dict[str, Shards]:
    """Renvoie les morceaux de chaque objet, avant l'accident ; le disque de la parité change."""
    rng = context.random()
    found = {}
    for name in _NAMES:
        blocks = [rng.randbytes(_LENGTH) for _ in range(3)]
        blocks.insert(rng.randrange(4), _xor(blocks))
        found[name] = dict(zip(_DISKS, blocks, strict=True))
    return found


def _accident(context: Context) -> tuple[dict[str, int], dict[str, int]]:
    """Renvoie, par objet, le disque du morceau perdu, et celui du morceau abîmé.

    Un objet a perdu un morceau, un autre aussi, un troisième en a un abîmé, un quatrième en a un
    perdu et un abîmé, et le dernier est intact.
    """
    rng = context.random()
    rng.randbytes(1)
    first, second, third, fourth, _ = rng.sample(_NAMES, 5)
    lost = {first: _DISKS[-1], second: rng.choice(_DISKS)}
    lost[fourth], damaged = rng.sample(_DISKS, 2)
    return lost, {third: rng.choice(_DISKS[:3]), fourth: damaged}


def _left(context: Context) -> dict[str, bytes]:
    """Renvoie les morceaux qui restent après l'accident, par clé."""
    lost, damaged = _accident(context)
    found = {}
    for name, shards in _whole(context).items():
        for disk, data in shards.items():
            if lost.get(name) != disk:
                wrong = int(damaged.get(name) == disk)
                found[_key(disk, name)] = data[:-1] + bytes([data[-1] ^ wrong])
    return found


def _key(disk: int, name: str) -> str:
    return f"disque-{disk}/{name}"


def _hopeless(context: Context) -> str:
    lost, damaged = _accident(context)
    (name,) = set(lost) & set(damaged)
    return name


def _repairs(context: Context) -> dict[str, bytes]:
    """Renvoie les morceaux à remettre, par clé."""
    lost, damaged = _accident(context)
    whole = _whole(context)
    return {
        _key(disk, name): whole[name][disk]
        for name, disk in (lost | damaged).items()
        if name != _hopeless(context)
    }


def _prepare(context: Context) -> None:
    fill(context, "disques", _left(context), _KIND)
    fingerprints = {
        name: {_key(disk, name): sha256(data).hexdigest() for disk, data in shards.items()}
        for name, shards in _whole(context).items()
    }
    put_json(context, "disques", "empreintes.json", fingerprints)


def _verify(context: Context) -> None:
    if not context.client.bucket_exists(bucket_name=context.bucket("disques")):
        raise bucket_lost(context, "disques")
    _expect_untouched(context)
    in_steps((2, partial(_expect_repaired, context)), (1, partial(_expect_hopeless_named, context)))
    for key in _left(context).keys() - _repairs(context).keys():
        if mime_of(context, "disques", key) != _KIND:
            fact = f"Le morceau « {key} » était intact, et il a été déposé de nouveau."
            raise destroyed(context, fact, points=2)


def _expect_untouched(context: Context) -> None:
    """S'assure que les morceaux intacts le sont restés, et que rien n'a été inventé."""
    present, repairs = set(context.keys("disques")), _repairs(context)
    hopeless = {_key(disk, _hopeless(context)) for disk in _DISKS}
    for key, data in _left(context).items():
        if key in repairs:
            continue
        if key not in present:
            raise destroyed(context, f"Le morceau « {key} » n'est plus là.")
        if context.read("disques", key) != data:
            if key in hopeless:
                raise _invented(context, key)
            raise destroyed(context, f"Le morceau « {key} » était intact, et il a changé.")
    if extra := sorted(hopeless & (present - set(_left(context)))):
        raise _invented(context, extra[0])


def _invented(context: Context, key: str) -> Review:
    return destroyed(
        context,
        f"Le morceau « {key} » a été calculé, alors que deux morceaux de cet objet manquent ou "
        "sont abîmés : ses octets ne peuvent pas être les bons.",
    )


def _expect_repaired(context: Context) -> None:
    present, left = set(context.keys("disques")), _left(context)
    repairs = _repairs(context)
    done = {
        key for key in repairs if key in present and context.read("disques", key) != left.get(key)
    }
    if not done:
        raise Todo("Aucun morceau n'a été remis à sa place.")
    for key, data in repairs.items():
        found = context.read("disques", key) if key in done else b""
        if found == data:
            continue
        right = sum(k in done and context.read("disques", k) == d for k, d in repairs.items())
        if found:
            raise Review(
                f"Le morceau « {key} » a été remis, mais ses octets n'ont pas l'empreinte donnée.",
                found=sha256(found).hexdigest(),
                expected=sha256(data).hexdigest(),
                points=right * 0.5,
            )
        what = "est abîmé" if key in left else "manque"
        raise Review(
            f"Le morceau « {key} » {what} encore, et les trois autres suffisent à le calculer.",
            points=right * 0.5,
        )


def _expect_hopeless_named(context: Context) -> None:
    lost, damaged = _accident(context)
    hopeless = _hopeless(context)
    known = (
        Known(
            sorted(lost | damaged),
            "Ce sont tous les objets touchés : seuls comptent ceux que l'on ne peut pas refaire.",
        ),
        Known([], "Un objet a perdu un morceau, et un autre de ses morceaux est abîmé."),
        Known(sorted(lost), "Un objet qui n'a perdu qu'un morceau peut être refait."),
        Known(sorted(damaged), "Un objet dont un seul morceau est abîmé peut être refait."),
    )
    expect_answer(context, [hopeless], ordered=False, known=known)


EXERCISES = (
    Exercise(
        "rebuild",
        "Reconstruire les morceaux perdus",
        points=3,
        hints=(
            "Le « ou exclusif » des quatre morceaux d'un objet vaut zéro partout : chacun est donc "
            "le « ou exclusif » des trois autres, qu'il soit de données ou de parité.",
            "bytes(a ^ b ^ c for a, b, c in zip(un, deux, trois)) calcule un morceau.",
            "Un morceau dont le SHA-256 n'est pas celui de empreintes.json compte comme perdu. "
            "Un objet qui en a perdu deux ne peut pas être refait.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "un objet sans espoir": lambda c: len(_hopeless(c)) > 0,
            "trois morceaux à refaire, dont un abîmé": lambda c: (
                len(_repairs(c)) == 3 and len(set(_repairs(c)) & set(_left(c))) == 1
            ),
            "un objet intact": lambda c: (
                len(set(_NAMES) - set(_accident(c)[0]) - set(_accident(c)[1])) == 1
            ),
        },
    ),
)
