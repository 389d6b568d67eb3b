"""Lire beaucoup d'objets, puis rendre compte de ceux qui manquent."""

from __future__ import annotations

import hashlib

from helpers.french import count_of
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import gap, kind, same, shown_list
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import fill, put_text

# --- 1. Lire en parallèle -----------------------------------------------------------------------

_TOGETHER = 8  # lectures à la fois


def _readings(context: Context) -> dict[str, str]:
    """Renvoie le texte de chaque relevé ; tous n'ont pas autant de mesures, et l'un n'en a pas."""
    rng = context.random()
    days = sorted(rng.sample(range(1, 29), 24))
    counts = [0, *rng.sample(range(3, 30), 23)]
    rng.shuffle(counts)
    return {
        f"releves/2026-03-{day:02}.csv": "heure;niveau\n"
        + "".join(f"{rank:02}:00;{rng.uniform(0, 12):.2f}\n" for rank in range(count))
        for day, count in zip(days, counts, strict=True)
    }


def _counts(context: Context) -> dict[str, int]:
    return {key: text.count("\n") - 1 for key, text in _readings(context).items()}


def _prepare_threads(context: Context) -> None:
    texts = {key: text.encode() for key, text in _readings(context).items()}
    fill(context, "releves", texts, "text/csv")
    context.make_bucket("lectures")


def _verify_threads(context: Context) -> None:
    expected, answer = _counts(context), context.answer
    values = list(answer.values()) if isinstance(answer, dict) else []
    if (
        values
        and set(answer) == set(expected)
        and not same(answer, expected)
        and same(values, list(expected.values()), ordered=False)
    ):
        raise Review(
            "Les nombres sont bons, mais pas en face de leurs clés : les résultats n'arrivent pas "
            "dans l'ordre des départs.",
            points=1,
        )
    known = [
        Known(
            {key: count + 1 for key, count in expected.items()},
            "Chaque nombre est trop grand de 1 : la ligne des titres n'est pas une mesure, ni le "
            "texte vide qui suit le dernier saut de ligne.",
            1,
        ),
        Known(
            {key: count + 2 for key, count in expected.items()},
            "Chaque nombre est trop grand de 2 : la ligne des titres, et le texte vide qui suit le "
            "dernier saut de ligne, ne sont pas des mesures.",
            1,
        ),
        Known(
            {key: count - 1 for key, count in expected.items()},
            "Chaque nombre est trop petit de 1 : seule la ligne des titres n'est pas une mesure.",
            1,
        ),
    ]
    expect_answer(context, expected, known=known)
    _expect_together(context, list(expected))


def _count(note: bytes) -> int:
    return int(note) if note.isdigit() and len(note) < 9 else 0


def _expect_together(context: Context, keys: list[str]) -> None:
    """S'assure que huit lectures ont été en cours à la fois, d'après ce qu'elles ont noté."""
    found = [key for key in context.keys("lectures") if key in keys]
    counts = [_count(context.read("lectures", key)) for key in found]
    if len(counts) < len(keys):
        raise Review(
            "Les nombres sont justes, mais tous les relevés n'ont pas été lus par read_far().",
            found=count_of(len(counts), "lecture", "lectures"),
            expected=count_of(len(keys), "lecture", "lectures"),
            points=1,
        )
    if max(counts) < _TOGETHER or sum(count > 1 for count in counts) < _TOGETHER:
        raise Review(
            "Les nombres sont justes, mais les lectures n'ont jamais été huit à la fois.",
            expected="huit fils, qui lisent en même temps ; asyncio.to_thread() n'en a pas "
            "toujours autant",
            points=1,
        )
    if max(counts) > _TOGETHER:
        raise Review(
            "Les nombres sont justes, mais plus de huit lectures étaient en cours à la fois.",
            found=f"{max(counts)} à la fois",
            expected="max_workers=8",
            points=1,
        )


# --- 4. Rendre compte ---------------------------------------------------------------------------


def _order(context: Context) -> tuple[dict[str, bytes], list[str]]:
    """Renvoie les photos du bucket, et les clés commandées, dont certaines n'y sont pas."""
    rng = context.random()
    names = [f"photos/{number:06}.jpg" for number in rng.sample(range(10**6), 20)]
    photos = {name: rng.randbytes(rng.randint(200, 900)) for name in names[4:]}
    wanted = rng.sample(names[4:], 12) + names[: rng.randint(2, 4)]
    rng.shuffle(wanted)
    return photos, wanted


def _absent(context: Context) -> list[str]:
    photos, wanted = _order(context)
    return [key for key in wanted if key not in photos]


def _prepare_report(context: Context) -> None:
    photos, wanted = _order(context)
    fill(context, "phototheque", photos, "image/jpeg")
    put_text(context, "phototheque", "commande.txt", "\n".join(wanted))


def _verify_report(context: Context) -> None:
    photos, wanted = _order(context)
    absent, answer = set(_absent(context)), context.answer
    if fault := gap(
        dict.fromkeys(answer, "") if isinstance(answer, dict) else answer,
        dict.fromkeys(("recues", "echecs"), ""),
    ):
        raise Review(fault.message, found=fault.found, expected=fault.expected)
    received, failures = answer["recues"], answer["echecs"]
    for name, value in answer.items():
        if not isinstance(value, dict):
            raise Review(f"« {name} » doit être un dictionnaire, pas {kind(value)}.", found=value)
    lost = [key for key in wanted if key not in received and key not in failures]
    if lost:
        told = count_of(len(lost), "clé commandée n'est", "clés commandées ne sont")
        raise Review(
            f"{told} ni parmi les reçues, ni parmi les échecs.",
            found=shown_list(lost),
            expected=f"{len(wanted)} clés en tout",
        )
    foreign = (set(received) | set(failures)) - set(wanted)
    if foreign:
        raise Review("Une clé n'était pas commandée.", found=min(foreign), points=1)
    for there, here, fact in (
        (absent, received, "n'est pas dans le bucket, et se trouve pourtant parmi les reçues"),
        (set(wanted) - absent, failures, "est dans le bucket, et se trouve parmi les échecs"),
    ):
        if misplaced := there & set(here):
            raise Review(f"Une clé {fact}.", found=min(misplaced))
    for key, digest in received.items():
        expected = hashlib.sha256(photos[key]).hexdigest()
        if not isinstance(digest, str) or digest.lower() != expected:
            raise Review(
                f"L'empreinte de « {key} » n'est pas celle de ses octets{_length_fault(digest)}.",
                found=digest,
                points=1,
            )
    causes = [cause for cause in failures.values() if cause != "NoSuchKey"]
    if causes:
        raise Review(
            "Les échecs sont les bons, mais leur cause n'est pas le code d'erreur du serveur.",
            found=causes[0],
            expected="l'attribut code de l'erreur",
            points=1,
        )


def _length_fault(digest: object) -> str:
    if not isinstance(digest, str):
        return " : c'est un texte, en hexadécimal, qui est attendu"
    return "" if len(digest) == 64 else " : SHA-256 a 64 chiffres hexadécimaux"


EXERCISES = (
    Exercise(
        "threads",
        "Lire avec des fils",
        points=2,
        hints=(
            "Écrivez une fonction qui reçoit une clé, la lit avec read_far, et renvoie le nombre "
            "de ses mesures.",
            "ThreadPoolExecutor(max_workers=8) a huit fils ; pool.map(fonction, clés) donne les "
            "résultats dans l'ordre des clés.",
            "dict(zip(clés, pool.map(fonction, clés))) les met en face les uns des autres.",
        ),
        verify=_verify_threads,
        prepare=_prepare_threads,
        answers=True,
        traps={
            "des nombres tous différents": lambda context: (
                len(set(_counts(context).values())) == 24
            ),
            "un relevé sans mesure": lambda context: 0 in _counts(context).values(),
        },
    ),
    Exercise(
        "report",
        "Rendre compte de chaque échec",
        points=3,
        hints=(
            "pool.submit(fonction, clé) renvoie une promesse ; gardez la clé à côté.",
            "future.result() renvoie le résultat, ou lève l'erreur de cette clé-là.",
            "S3Error a un attribut code : mettez-le dans « echecs ».",
            "hashlib.sha256(octets).hexdigest() donne l'empreinte.",
        ),
        verify=_verify_report,
        prepare=_prepare_report,
        answers=True,
        traps={
            "un échec avant la dernière clé": lambda context: (
                _absent(context)[0] != _order(context)[1][-1]
            ),
            "plusieurs échecs": lambda context: len(_absent(context)) > 1,
            "des photos qui ne sont pas commandées": lambda context: bool(
                set(_order(context)[0]) - set(_order(context)[1])
            ),
        },
    ),
)
