"""Lire les derniers octets d'un objet, et le prouver."""

from __future__ import annotations

from helpers.french import count_of
from kit_minio.checks.answers import about, expect_answer, expect_same
from kit_minio.checks.comparison import kind
from kit_minio.checks.differences import difference
from kit_minio.checks.expectations import expect_intact
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import fill
from kit_minio.checks.steps import keeping

# --- 3. Lire les derniers octets ----------------------------------------------------------------

_TAIL = 1024  # octets
_RANGE = 0.5  # points de l'intervalle : qui a lu tout le journal pourrait le calculer


def _log(context: Context) -> str:
    """Renvoie le journal : environ 50 Kio de texte, où chaque ligne a deux lettres accentuées.

    Ses derniers octets commencent par un caractère entier.
    """
    rng = context.random()
    minutes = range(rng.randint(1000, 1200))
    log = "".join(
        f"jour {minute // 1440} {minute // 60 % 24:02}:{minute % 60:02} "
        f"marée n° {rng.randint(10, 99)} niveau {rng.uniform(0, 12):.2f} m\n"
        for minute in minutes
    )
    cut = 0x80 <= log.encode()[-_TAIL] < 0xC0  # le second octet d'une lettre
    return f"{log[:-3]}m\n" if cut else log


def _prepare_tail(context: Context) -> None:
    fill(context, "journaux", {"marees.log": _log(context).encode()}, "text/plain; charset=utf-8")


def _verify_tail(context: Context) -> None:
    log, answer = _log(context), context.answer
    data = log.encode()
    expect_intact(context, "journaux", {"marees.log": data})
    sent = f"bytes {len(data) - _TAIL}-{len(data) - 1}/{len(data)}"
    if isinstance(answer, dict) and {"texte", "intervalle"} <= set(answer):
        with keeping(_RANGE if answer["intervalle"] == sent else 0):
            _expect_end(log, answer["texte"])
            with about("« texte »"):
                expect_same(answer["texte"], _end(log))
        with keeping(2 - _RANGE):
            _expect_interval(answer["intervalle"], sent)
    expect_answer(context, {"texte": _end(log), "intervalle": sent})


def _end(log: str) -> str:
    return log.encode()[-_TAIL:].decode()


def _expect_interval(interval: object, sent: str) -> None:
    """Vérifie un en-tête Content-Range, et dit sinon ce qu'il est."""
    if interval == sent:
        return
    if not interval:
        message = "cette réponse n'a pas d'en-tête Content-Range : elle portait tout le journal"
    elif not isinstance(interval, str):
        message = f"l'en-tête Content-Range est un texte, pas {kind(interval)}"
    elif interval.startswith("bytes="):
        message = "« intervalle » est l'en-tête Range de la demande, pas celui de la réponse"
    elif interval.isdigit():
        message = "« intervalle » est un nombre d'octets, pas l'en-tête Content-Range"
    elif sent.startswith(interval):
        message = "la fin de « intervalle » manque : la taille de tout l'objet"
    else:
        message = "« intervalle » n'est pas celui d'une réponse qui porte ces seuls octets"
    raise Review(
        f"Le texte est juste, mais {message}.",
        found=interval,
        expected=f"l'en-tête Content-Range de la réponse qui porte les {_TAIL} derniers octets",
    )


def _expect_end(log: str, text: object) -> None:
    """Vérifie qu'un texte est la fin du journal, et dit sinon ce qu'il est."""
    end = _end(log)
    if not isinstance(text, str) or text == end:
        return
    cut = text.strip("\ufffd")  # ce qui reste d'une lettre coupée en deux
    if not text:
        message = "Le texte est vide : la réponse a peut-être déjà été lue."
    elif text.strip() == log.strip():
        message = "C'est le journal entier : le serveur a tout envoyé."
    elif len(text) == _TAIL and log.endswith(text):
        message = f"Ce sont les {_TAIL} derniers caractères : une lettre accentuée a deux octets."
    elif log.endswith(cut):
        message = "C'est bien la fin du journal, mais elle n'a pas la longueur demandée."
    elif log.startswith(cut):
        message = "Ce sont les premiers octets du journal, pas les derniers."
    elif len(text.encode()) == _TAIL and cut in log:
        message = "Ce texte n'est pas la fin du journal : l'intervalle est décalé."
    elif what := difference(text, end):
        message = f"Le texte n'est pas tout à fait la fin du journal : {what}."
    elif text.startswith(("b'", 'b"')):
        message = "Ce texte est l'écriture Python d'octets : decode() en fait un texte."
    elif end.startswith(cut):
        message = "Le texte commence où il faut, mais s'arrête avant la fin du journal."
    elif cut in log:
        message = "Ce texte n'est pas la fin du journal : l'intervalle est décalé."
    else:
        message = "Ce texte n'est pas celui du journal."
    raise Review(
        message,
        found=count_of(len(text.encode()), "octet", "octets"),
        expected=f"les {_TAIL} derniers octets",
    )


EXERCISES = (
    Exercise(
        "tail",
        "Lire les derniers octets",
        points=2,
        hints=(
            "stat_object donne la taille de l'objet sans le lire.",
            "get_object accepte offset (le premier octet voulu) et length (combien).",
            "Si l'objet compte n octets, la fin commence à l'octet n - 1024.",
            'L\'intervalle reçu est dans response.headers["Content-Range"].',
        ),
        verify=_verify_tail,
        prepare=_prepare_tail,
        answers=True,
        traps={
            "le journal est bien plus long que sa fin": lambda context: (
                len(_log(context)) > 10 * _TAIL
            ),
            "la fin n'a pas autant de caractères que d'octets": lambda context: (
                len(_end(_log(context))) < _TAIL
            ),
        },
    ),
)
