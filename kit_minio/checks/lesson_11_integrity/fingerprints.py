"""Des empreintes : comparer des objets à un manifeste, puis déclarer la leur à l'envoi."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from helpers.french import count_of
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import shown_list
from kit_minio.checks.expectations import expect_object
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import fill, put_all, put_json
from kit_minio.checks.steps import in_steps

_HEADER = "x-amz-checksum-sha256"


def _readings(context: Context, count: int) -> dict[str, bytes]:
    """Renvoie des relevés tels que leur auteur les a écrits, par clé."""
    rng = context.random()
    numbers = sorted(rng.sample(range(10, 99), count))
    return {
        f"releve-{number}.csv": "".join(
            f"{hour:02}:00;{rng.randint(100, 999)}\n" for hour in range(6, 18)
        ).encode()
        for number in numbers
    }


# --- 1. Comparer --------------------------------------------------------------------------------


def _received(context: Context) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Renvoie les relevés écrits, puis ceux reçus : l'un tronqué, deux changés d'un chiffre."""
    written = _readings(context, 7)
    received = dict(written)
    cut, *changed = context.random().sample(sorted(written), 3)
    received[cut] = written[cut][:-4]
    for key in changed:
        data = written[key]
        received[key] = data[:6] + (b"7" if data[6:7] != b"7" else b"3") + data[7:]
    return written, received


def _damaged(context: Context) -> list[str]:
    written, received = _received(context)
    return [key for key in written if written[key] != received[key]]


def _prepare_compare(context: Context) -> None:
    written, received = _received(context)
    fill(context, "recus", received, "text/csv")
    manifest = {
        key: {"taille": len(data), "sha256": sha256(data).hexdigest()}
        for key, data in written.items()
    }
    put_json(context, "recus", "manifeste.json", manifest)


def _verify_compare(context: Context) -> None:
    written, received = _received(context)
    damaged = _damaged(context)
    known = (
        Known(
            [key for key in damaged if len(written[key]) != len(received[key])],
            "Seul l'objet tronqué y est : une taille juste ne dit rien des octets.",
            points=0.5,
        ),
        Known(
            [key for key in written if key not in damaged],
            "Ce sont les objets intacts : la question porte sur ceux qui ont changé.",
            points=0.5,
        ),
        Known(
            sorted(written),
            "Tous y sont : le manifeste donne le SHA-256 en hexadécimal (hexdigest), et l'ETag "
            "n'en est pas un.",
        ),
    )
    expect_answer(context, damaged, ordered=False, known=known)


# --- 2. Déclarer --------------------------------------------------------------------------------


def _to_send(context: Context) -> tuple[dict[str, bytes], str]:
    """Renvoie les relevés à déposer, et celui que le trajet a abîmé : ni le premier ni le dernier.

    Ses octets d'origine ne sont nulle part : seule reste leur empreinte.
    """
    readings = _readings(context, 4)
    return readings, sorted(readings)[context.random().choice((1, 2))]


def _prepare_declare(context: Context) -> None:
    readings, damaged = _to_send(context)
    context.make_bucket("releves")
    sent = {key: data for key, data in readings.items() if key != damaged}
    sent[damaged] = readings[damaged][:-1] + b" "
    put_all(context, "releves", {f"a-deposer/{key}": sent[key] for key in readings}, "text/csv")
    fingerprints = {key: _declared(data) for key, data in readings.items()}
    put_json(context, "releves", "empreintes.json", fingerprints)


def _declared(data: bytes) -> str:
    return b64encode(sha256(data).digest()).decode()


def _verify_declare(context: Context) -> None:
    readings, damaged = _to_send(context)
    in_steps(
        (1.5, lambda: _expect_declared(context, readings, damaged)),
        (0.5, lambda: _expect_refused_answer(context, damaged)),
    )


def _expect_declared(context: Context, readings: dict[str, bytes], damaged: str) -> None:
    present = [key for key in context.keys("releves") if key.startswith("recus/")]
    if not present:
        raise Todo("Rien n'est déposé sous « recus/ ».")
    if f"recus/{damaged}" in present:
        raise Review(
            f"L'objet « recus/{damaged} » est là, alors que ses octets n'ont pas l'empreinte "
            "donnée : avec elle, le serveur l'aurait refusé.",
            found="déposé",
            expected="refusé par le serveur",
        )
    for key, data in readings.items():
        if key == damaged:
            continue
        expect_object(context, "releves", f"recus/{key}", data=data)
        kept = _kept(context, f"recus/{key}")
        if kept != _declared(data):
            raise Review(
                f"L'objet « recus/{key} » est déposé, mais le serveur ne garde pas son empreinte : "
                "elle n'a pas été déclarée à l'envoi.",
                found=kept or "aucune empreinte SHA-256",
                expected=_declared(data),
            )
    expected = {f"recus/{key}" for key in readings if key != damaged}
    if extra := sorted(set(present) - expected):
        told = count_of(len(extra), "objet de trop", "objets de trop")
        raise Review(f"Sous « recus/ », il y a {told}.", found=shown_list(extra))


def _kept(context: Context, key: str) -> str:
    """Renvoie l'empreinte que le serveur garde pour un objet ; vide s'il n'en garde pas."""
    stat = context.client.stat_object(
        bucket_name=context.bucket("releves"),
        object_name=key,
        extra_headers={"x-amz-checksum-mode": "ENABLED"},
    )
    return str((stat.metadata or {}).get(_HEADER, ""))


def _expect_refused_answer(context: Context, damaged: str) -> None:
    known = (
        Known(
            [f"{where}/{damaged}"],
            "C'est le bon relevé ; l'énoncé demande son nom, sans préfixe.",
            points=0.25,
        )
        for where in ("recus", "a-deposer")
    )
    expect_answer(context, [damaged], ordered=False, known=known)


EXERCISES = (
    Exercise(
        "compare",
        "Comparer à un manifeste",
        points=1,
        hints=(
            "Une empreinte se calcule sur les octets lus, et non sur l'ETag.",
            "hashlib.sha256(octets).hexdigest() donne un texte, comme celui du manifeste.",
            "Pour chaque clé du manifeste : lisez l'objet, calculez, comparez, et gardez la clé si "
            "les deux textes diffèrent.",
        ),
        verify=_verify_compare,
        prepare=_prepare_compare,
        answers=True,
        traps={
            "un tronqué": lambda context: any(
                len(_received(context)[0][key]) != len(_received(context)[1][key])
                for key in _damaged(context)
            ),
            "deux de la bonne taille": lambda context: (
                sum(
                    len(_received(context)[0][key]) == len(_received(context)[1][key])
                    for key in _damaged(context)
                )
                == 2
            ),
        },
    ),
    Exercise(
        "declare",
        "Déclarer une empreinte",
        points=2,
        hints=(
            "Le serveur ne vérifie que l'empreinte déclarée avec l'envoi.",
            "put_object de boto3 a l'argument ChecksumSHA256 ; le fichier donne déjà sa valeur.",
            "Un refus est une ClientError : attrapez-la, et ajoutez le nom à votre réponse.",
        ),
        verify=_verify_declare,
        prepare=_prepare_declare,
        answers=True,
        traps={
            "l'abîmé n'est ni le premier ni le dernier": lambda context: (
                _to_send(context)[1] in sorted(_to_send(context)[0])[1:-1]
            ),
        },
    ),
)
