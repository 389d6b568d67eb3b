"""Relire une réponse enregistrée par ``kit_minio.answering.answers`` ; ou par n'importe qui."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kit_minio.answering.answers import MAX_ANSWER, REFUSED, AnswerError, Json


@dataclass(frozen=True)
class Answer:
    """Une réponse relue.

    Attributes:
        value: sa valeur ; ``None`` y remplace ce qui ne peut pas être gardé.
        refusal: pourquoi elle est refusée, ``None`` si elle ne l'est pas.
    """

    value: Json
    refusal: AnswerError | None = None


def unpack(data: bytes) -> Answer:
    """Relit une réponse ; quelqu'un d'autre que le kit a pu l'écrire.

    Raises:
        AnswerError: ce n'est pas du JSON, ou c'est trop long.
    """
    if len(data) > MAX_ANSWER:
        raise AnswerError("La réponse est trop longue.", expected=f"{MAX_ANSWER} octets au plus")
    try:
        value: Json = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise AnswerError("La réponse enregistrée n'est pas du JSON.") from None
    if not isinstance(value, dict) or REFUSED not in value:
        return Answer(value)
    told = value[REFUSED]
    texts = (
        [str(told.get(name, "")) for name in ("message", "found", "expected")]
        if isinstance(told, dict)
        else ["La réponse est refusée."]
    )
    return Answer(value.get("reponse"), AnswerError(*texts))


def _no_constant(name: str) -> None:
    raise ValueError(name)
