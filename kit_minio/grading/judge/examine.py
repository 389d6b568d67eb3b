"""Examiner une copie, dans le processus du correcteur seulement, d'après ce qu'il voit lui-même.

L'état du store est lu avec les identifiants du correcteur, la réponse est relue dans le store et
jugée de nouveau, l'API est appelée par HTTP pendant qu'elle tourne dans son bac à sable. Rien de ce
que le noyau de l'élève affiche ou affirme n'entre ici.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from minio.error import S3Error

from helpers.errors import KitError
from kit_minio.answering.answers import MAX_ANSWER, AnswerError
from kit_minio.answering.submission import ANSWERS
from kit_minio.checks.decoding import Run, run_apart
from kit_minio.checks.model import (
    Context,
    Exercise,
    Review,
    evaluate,
    refusal,
    stopped,
    to_do,
)
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.checks.recorded import unpack
from kit_minio.grading.judge.probe import probe
from kit_minio.grading.judge.told import told

if TYPE_CHECKING:
    from kit_minio.grading.execute.relay import Uplink
    from kit_minio.grading.judge.store import ExaminerClient

_ATTEMPTS = 3  # lectures d'un store dont une réponse manque
_PAUSE = 0.5  # secondes avant la suivante
_MAX_TEXT = 1000  # caractères d'un texte de retour
_MAX_ERROR = 400  # caractères d'une exception de la copie
# Autres à chaque exécution : ce que S3Error dit de sa requête, l'adresse d'un objet Python, la
# signature d'une URL.
_FLEETING = re.compile(
    r", (?:request_id|host_id): [^,]*|(?<=\b0x)[0-9a-f]{6,}|(?<=[?&])X-Amz-[^\s\"'<>]*"
)


def _never_given_back(outcome: Outcome) -> Outcome:
    return Outcome(
        Verdict.ERROR,
        "Le serveur S3 ne peut pas rendre ce que cet exercice a déposé, alors qu'il rend le "
        f"reste. {outcome.message}",
    )


@dataclass(frozen=True)
class Exam:
    """Ce qu'un examen a établi.

    Attributes:
        outcome: l'issue.
        seeded: vrai si une autre graine demanderait une autre réponse.
    """

    outcome: Outcome
    seeded: bool


class Examiner:
    """De quoi examiner les exercices d'une série dans l'espace d'une copie.

    Args:
        client: un client du correcteur, borné.
        space: l'espace de la série, par exemple ``"k0123-exercice-01"``.
        secret: le début de cet espace, tiré au hasard, qu'un retour n'a pas à montrer.
        seed: la graine des données de départ.
        seconds: la durée d'un examen.
        run: exécute, isolé comme la copie, un programme qui décode ce qu'elle a fait.
        final: vrai si la copie ne sera plus recommencée.
    """

    def __init__(
        self,
        client: ExaminerClient,
        space: str,
        secret: str,
        seed: int,
        *,
        seconds: float,
        run: Run = run_apart,
        final: bool = False,
    ) -> None:
        self.client = client
        self.space = space
        self.secret = secret
        self.seed = seed
        self.seconds = seconds
        self.run = run
        self.final = final
        self._lost: KitError | None = None  # ce qui a fait défaut, et n'est pas de la copie

    def examine(
        self,
        exercise: Exercise,
        *,
        api: Path | str,
        uplink: Uplink | None,
        process: int | None = None,
        attempted: bool = False,
    ) -> Exam:
        """Examine un exercice.

        Args:
            exercise: l'exercice, tel que le cours le définit.
            api: la socket où l'API de l'élève répond.
            uplink: le passage de la copie vers S3, retenu pendant que le store est lu.
            process: le processus dont l'API descend ; ``None`` : celui-ci.
            attempted: vrai si l'élève a complété une cellule : « à faire » serait faux.

        Raises:
            KitError: le bac à sable fait défaut.
        """
        name = exercise.name
        context = Context(self.client, self.space, self.seed, name, apart=True, alone=False)
        context.process = process
        context.attempted = lambda: attempted
        context.run = self._run
        if exercise.api:
            outcome = self._examine_served(exercise, context, api)
        else:
            with uplink.paused() if uplink else nullcontext():
                outcome = self._examine_again(exercise, context)
        if self._lost is not None:
            raise self._lost
        return Exam(self._clean(outcome), context.seeded and not exercise.by_hand)

    def _examine_again(self, exercise: Exercise, context: Context) -> Outcome:
        """Examine le store ; recommence si le serveur n'y répond pas, et cherche à qui la faute.

        S'il rend le reste, c'est à ce que l'exercice a déposé qu'il ne sait pas répondre : cet
        exercice seul en souffre, au lieu d'une copie que l'on ne pourrait jamais corriger.
        """
        for attempt in range(_ATTEMPTS):
            time.sleep(attempt * _PAUSE)
            with self.client.withholding() as faults:
                outcome = self._contained(self._examine_store, exercise, context)
            if not faults:
                return outcome
            if not self.client.sound():
                self.client.let_down()
                return outcome
        return _never_given_back(outcome)

    def _examine_served(self, exercise: Exercise, context: Context, api: Path | str) -> Outcome:
        """Examine une API ; ce qu'elle a déjà fait ne se refait pas : la copie est recommencée.

        À la dernière fois, un serveur qui rend le reste n'est plus en cause.
        """
        with self.client.withholding() as faults:
            outcome = self._contained(self._examine_api, exercise, context, api)
        if not faults:
            return outcome
        if self.final and self.client.sound():
            return _never_given_back(outcome)
        self.client.let_down()
        return outcome

    def _contained(
        self, examine: Callable[..., Outcome], exercise: Exercise, context: Context, *more: object
    ) -> Outcome:
        """Fait de tout ce qui survient pendant un examen l'issue de ce seul exercice."""
        with self.client.examining(self.seconds):  # une exception retient encore ce qui a été lu
            try:
                return examine(exercise, context, *more)
            except Review as review:
                return Outcome(Verdict.REVIEW, review.message, review.found, review.expected)
            except Exception as error:  # noqa: BLE001 - la suite de la copie n'y est pour rien
                return stopped(error)

    def _run(self, script: str, data: bytes) -> bytes:
        try:
            return self.run(script, data)
        except KitError as error:
            self._lost = error
            raise

    def _examine_store(self, exercise: Exercise, context: Context) -> Outcome:
        try:
            data = self._answer(exercise) if exercise.answers else None
            if data is not None:
                context.answer = unpack(data)
        except AnswerError as error:
            return refusal(error)
        return evaluate(exercise, context)

    def _examine_api(self, exercise: Exercise, context: Context, api: Path | str) -> Outcome:
        try:
            data = self._answer(exercise)
            if data is None:
                return to_do(context, "Aucune application n'a été donnée à check().")
            if refused := unpack(data).refusal:
                return refusal(refused)
        except AnswerError:
            pass  # quelqu'un d'autre que le kit l'a écrite ; l'application dira ce qu'il en est
        with probe(api, self.seconds) as http:
            context.http = http
            return evaluate(exercise, context)

    def _answer(self, exercise: Exercise) -> bytes | None:
        """Renvoie la réponse enregistrée, ``None`` s'il n'y en a pas."""
        try:
            response = self.client.get_object(
                bucket_name=self.space, object_name=f"{ANSWERS}/{exercise.name}.json"
            )
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchBucket"):
                return None
            raise
        with closing(response):
            return response.read(MAX_ANSWER + 1)

    def _clean(self, outcome: Outcome) -> Outcome:
        """Retire d'une issue ce qui change d'une correction à l'autre, et ce qui ne s'écrit pas."""
        return replace(
            outcome,
            message=self.stable(outcome.message),
            found=self.stable(outcome.found),
            expected=self.stable(outcome.expected),
            points=round(max(0.0, outcome.points), 4),
        )

    def told(self, error: str, where: str = "", code: str = "") -> str:
        """Renvoie le texte d'une exception de la copie, puis sa ligne, pour un retour."""
        said = self.stable(told(error, self.secret, code), _MAX_ERROR)
        return f"{said.removesuffix('.')}. {self.stable(where)}" if where else said

    def stable(self, text: str, limit: int = _MAX_TEXT) -> str:
        """Renvoie un texte sans ce qui change d'une exécution à l'autre, borné en longueur."""
        text = _FLEETING.sub("", text.replace(f"{self.secret}-", ""))
        text = text.encode("utf-8", "replace").decode()
        return text if len(text) <= limit else f"{text[:limit]}…"
