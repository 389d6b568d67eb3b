"""Mener un notebook, cellule après cellule : c'est ce que papermill sait faire.

Un noyau qui s'arrête ne coûte que l'exercice en cours ; chaque preuve est prise aussitôt, dès la
cellule de vérification de son exercice.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import nbformat

from kit_minio.checks.history import attempted
from kit_minio.grading.execute.cell import KernelStopped, TooLong
from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.transcript import Transcript
from kit_minio.grading.execute.typed_names import at_home

if TYPE_CHECKING:
    from kit_minio.grading.execute.relay import Uplink
    from kit_minio.grading.execute.run import Run
    from kit_minio.grading.judge.examine import Examiner


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Fait comme si ces paquets n'étaient pas installés, le temps d'un import."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]  # None : « introuvable »
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


# Installés pour d'autres leçons, papermill les chargerait sans s'en servir : 60 Mio.
with _without("boto3", "pyarrow"):
    from papermill.engines import Engine, papermill_engines
    from papermill.parameterize import parameterize_notebook

_MAX_ERRORS = 20  # exceptions racontées d'un exercice, ou hors des exercices
_MAX_KERNELS = 5  # noyaux d'une même exécution
_WRITES = ("%%writefile", "%%file")  # une cellule qui dépose un fichier à côté du notebook


class Pilot:
    """Mène les cellules d'un notebook, et fait examiner chaque exercice dès sa vérification.

    Un noyau qui s'arrête ne coûte que l'exercice en cours : un autre prend la suite.

    Args:
        run: où noter ce qui se passe.
        start: démarre un noyau.
        examiner: examine un exercice.
        limits: ce que la copie peut prendre.
        skip: les exercices à ne pas exécuter.
        transcript: où garder ce que les cellules affichent.
    """

    def __init__(
        self,
        run: Run,
        start: Callable[[], Kernel],
        examiner: Examiner,
        limits: Limits,
        skip: Collection[str],
        transcript: Transcript,
    ) -> None:
        self.run = run
        self.start = start
        self.uplinks: list[Uplink] = []  # ceux de tous ses noyaux vers S3
        self.kernel = self._new_kernel()
        self.examiner = examiner
        self.limits = limits
        self.skip = skip
        self.transcript = transcript
        self.deadline = time.monotonic() + limits.copy_seconds
        self.setup: list[Any] = []  # les cellules qu'un noyau neuf exécute d'abord
        self.written: dict[str, list[str]] = {}  # par exercice, les cellules de l'élève
        self.finished = False

    def play(
        self,
        notebook: Any,
        seed: int,
        until: str | None = None,
        beside: Mapping[str, str] | None = None,
    ) -> None:
        """Exécute un notebook réparé.

        Args:
            notebook: le notebook, dont chaque cellule dit son rôle (``metadata.kit``).
            seed: la graine que voit le notebook.
            until: le nom du dernier exercice utile.
            beside: le texte des fichiers rendus avec lui, par chemin depuis son dossier.

        Raises:
            KernelLost: autre chose que la copie a arrêté son noyau.
        """
        # papermill.execute_notebook() écrirait deux fois, sans fin utile, le notebook en JSON.
        files = {path: self._at_home(text) for path, text in (beside or {}).items()}
        todo = parameterize_notebook(
            _to_execute(notebook, until, files),
            {"seed": seed},
            kernel_name="python3",
            language="python",
        )
        papermill_engines.execute_notebook_with_engine(
            "kit", todo, "python3", progress_bar=False, pilot=self
        )

    @property
    def refused(self) -> bool:
        """Vrai si le serveur n'a pas pris une connexion de la copie."""
        return any(uplink.refused for uplink in self.uplinks)

    def execute(self, cell: Any) -> None:
        """Exécute une cellule de code ; examine l'exercice si c'est sa vérification."""
        kit = cell.metadata.get("kit", {})
        name = kit.get("exercise", "")
        writes = cell.source.lstrip().startswith(_WRITES)
        if (name in self.run.stopped or name in self.skip) and not writes:
            return
        started = time.monotonic()
        if kit.get("role", "beside") != "beside":
            self.transcript.begin(cell.source, self.run.series[name].title if name else "")
        try:
            if kit.get("role") in ("student", "extra"):
                self.written.setdefault(name, []).append(cell.source)
            self._execute(cell)
            if kit.get("role") == "check":
                self.run.exams[name] = self.examiner.examine(
                    self.run.series[name],
                    api=self.kernel.api,
                    uplink=self.kernel.uplink,
                    process=self.kernel.process,
                    attempted=attempted(self.written.get(name, []), self.run.series.blanks()),
                )
                self.kernel.raise_if_lost()  # une API ne répondrait plus
            elif writes or (kit.get("role") != "student" and not name):
                self.setup.append(cell)
        except KernelStopped as stopped:
            self.run.stopped[name] = str(stopped)
            self.transcript.hear("error", {"ename": "Arrêt", "evalue": str(stopped)})
            self.transcript.end()
            self._carry_on(name)
        spent = time.monotonic() - started
        self.run.seconds[name] = self.run.seconds.get(name, 0.0) + spent

    def _execute(self, cell: Any) -> None:
        kit = cell.metadata.get("kit", {"role": "setup", "exercise": ""})  # la graine, de papermill
        name = kit["exercise"]
        now = time.monotonic()
        if now > self.deadline:
            self.kernel.stop()
            raise KernelStopped(f"la copie a dépassé {self.limits.copy_seconds:g} secondes")
        source = cell.source
        if kit.get("role") in ("student", "extra") and (typed := self._at_home(source)) != source:
            source = typed
            self.run.typed.add(name)
        error = self.kernel.execute(
            source,
            min(now + self.limits.cell_seconds, self.deadline),
            kit=kit,
            hear=self.transcript.hear,
        )
        if isinstance(error, TooLong):
            self.run.late[name] = error
        if error is not None:
            told = self.run.errors.setdefault(name, [])
            if len(told) < _MAX_ERRORS:
                code = "\n".join([*self.written.get(name, []), cell.source])
                told.append(self.examiner.told(str(error), error.where(cell.source), code))

    def _at_home(self, text: str) -> str:
        return at_home(text, self.run.series.lesson, self.examiner.space)

    def _new_kernel(self) -> Kernel:
        kernel = self.start()
        if kernel.uplink is not None:
            self.uplinks.append(kernel.uplink)
        return kernel

    def _carry_on(self, name: str) -> None:
        """Démarre un noyau neuf pour la suite, sauf si elle n'a plus de sens."""
        self.finished = (
            not name or len(self.run.stopped) > _MAX_KERNELS or time.monotonic() > self.deadline
        )
        if self.finished:
            return
        self.kernel.stop()
        self.kernel = self._new_kernel()
        try:
            for cell in self.setup:
                self._execute(cell)
        except KernelStopped as stopped:
            self.run.stopped[""] = str(stopped)
            self.finished = True

    def __enter__(self) -> Pilot:
        return self

    def __exit__(self, *_: object) -> None:
        self.kernel.stop()


def _to_execute(notebook: Any, until: str | None, beside: Mapping[str, str]) -> Any:
    """Renvoie les cellules de code, jusqu'à la vérification du dernier exercice utile.

    Le reste ne change aucune note. La première dépose les fichiers rendus avec le notebook.
    """
    found = nbformat.from_dict(notebook)
    kits = [cell.metadata.get("kit", {}) for cell in found.cells]
    checks = [
        rank
        for rank, kit in enumerate(kits)
        if kit.get("role") == "check" and until in (None, kit["exercise"])
    ]
    end = checks[-1] + 1 if checks else len(found.cells)
    found.cells = [cell for cell in found.cells[:end] if cell.cell_type == "code"]
    if beside:
        found.cells.insert(0, _writing(beside))
    for noted in (found, *found.cells):  # ce que papermill ajoute à un notebook qu'il lit lui-même
        noted.metadata.setdefault("papermill", nbformat.NotebookNode())
    for cell in found.cells:
        cell.metadata.setdefault("tags", [])
    return found


def _writing(files: Mapping[str, str]) -> Any:
    """Renvoie la cellule qui dépose des fichiers, sans rien définir ni afficher."""
    source = (
        "[(path.parent.mkdir(parents=True, exist_ok=True), path.write_text(text, 'utf-8'))\n"
        " for path, text in [(__import__('pathlib').Path(name), text)\n"
        f"  for name, text in {dict(files)!r}.items()]] and None"
    )
    kit = {"role": "beside", "exercise": ""}
    return nbformat.v4.new_code_cell(source, metadata={"kit": kit})


class KitEngine(Engine):  # type: ignore[misc]  # papermill n'annonce pas de types
    """Le moteur de papermill qui mène les cellules dans un noyau de la correction."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, pilot: Pilot, **_: Any
    ) -> None:
        """Exécute les cellules de code ; les étiquettes de la copie ne changent rien."""
        for index, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type == "code" and cell.source.strip() and not pilot.finished:
                nb_man.cell_start(cell, index)
                pilot.execute(cell)
                nb_man.cell_complete(cell, index)


papermill_engines.register("kit", KitEngine)
