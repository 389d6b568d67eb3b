"""Un lot corrigé de bout en bout : des copies d'un côté, des rapports de l'autre."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.display import Table, say
from helpers.errors import KitError, SettingsError, system_cause
from helpers.french import count_of, number
from helpers.progress import batch_bar
from kit_minio import checks as courses
from kit_minio.grading.execute.run import Grader, Settings
from kit_minio.grading.execute.sandbox.isolation import Isolation, level_sentence
from kit_minio.grading.intake.copies import Batch, open_batch
from kit_minio.grading.intake.sources import display_name
from kit_minio.grading.model import Copy, Result
from kit_minio.grading.report.moodle import Worksheet, write_feedback
from kit_minio.grading.report.pages import (
    About,
    Spread,
    batch_title,
    comment,
    in_order,
    is_judged,
    student_page,
    write_reports,
)
from kit_minio.grading.results import Results, fingerprint, open_results, write_file

_journal = logging.getLogger("kit_minio.grading")
_FAILED = (
    "La correction de certaines copies a elle-même échoué : relancez la même commande, et elles "
    "seules seront reprises."
)


def grade(
    source: str,
    out: Path | None = None,
    *,
    settings: Settings,
    seed: int | None = None,
    lessons: tuple[str, ...] = (),
    worksheet: Path | None = None,
    restart: bool = False,
    open_grader: Callable[[Settings, Callable[[str], None]], Any] = Grader,
) -> list[Result]:
    """Corrige un lot, ou le reste d'un lot, et écrit ses rapports ; renvoie les résultats.

    Args:
        source: un zip de Moodle, un dossier de copies ou ``s3://bucket/préfixe``.
        out: le dossier des résultats ; par défaut ``correction-<nom du lot>``, ici.
        settings: les réglages de l'exécution.
        seed: la graine de la seconde exécution ; par défaut celle du lot, tirée au hasard.
        lessons: les leçons à corriger ; par défaut celles que contiennent les copies.
        worksheet: la feuille d'évaluation de Moodle, à remplir.
        restart: oublie les résultats déjà écrits.
        open_grader: donne de quoi corriger des copies, ici (``Grader``) ou ailleurs (``Cluster``).

    Raises:
        KitError: une option, la source, la feuille, le dossier, l'isolation ou le serveur fait
            défaut ; ce qui est corrigé est gardé.
    """
    out = out or Path(f"correction-{_name_of(source)}")
    _check_apart(source, out)
    sheet = _read_worksheet(worksheet) if worksheet else None
    with (
        _interruptible(),
        open_batch(source, lessons or None) as batch,
        open_results(out) as results,
        _journal_in(out),
    ):
        if seed is None and not restart:
            seed = results.seed
        if seed is not None:
            settings = replace(settings, replay_seed=seed)
        settings = replace(settings, mark=results.mark)
        with open_grader(settings, say) as grader:
            if restart:
                results.forget()
            results.seed = settings.replay_seed
            how = (
                grader.server.sentence,
                f"Graine de la seconde exécution : {settings.replay_seed}.",
            )
            _tell(f"{_content(batch)} {grader.isolation.sentence} {grader.server.sentence}")
            tally, again = Counter[str](), Counter[str]()
            graded = _graded(batch, results, grader, tally)
            found = list(batch_bar(graded, "Copies corrigées", total=len(batch)))
            if tally["failed"]:  # la machine peut avoir manqué de souffle : un second essai
                _tell(f"Second essai pour {count_of(tally['failed'], 'copie', 'copies')}.")
                found = list(_graded(batch, results, grader, again))
        found = in_order(found)
        how = (*_isolations(found, grader.isolation), *how)
        title = batch_title(batch.lessons)
        notes = {"Fichiers laissés de côté": batch.remarks}
        if sheet:
            found = _with_full_names(found, sheet)
            notes["Feuille d'évaluation de Moodle"] = _write_moodle(
                out, sheet, found, title, results.graded_on()
            )
        write_reports(out, found, About(title, how, notes))
        _summarize(out, found, notes, tally["reused"], again["failed"])
    return found


@contextmanager
def _interruptible() -> Iterator[None]:
    """Fait de Ctrl-C une phrase.

    Raises:
        KitError: la correction est interrompue.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KitError(
            "La correction est interrompue.",
            "Les copies déjà corrigées le restent : la même commande reprend la suite.",
        ) from None


def _graded(batch: Batch, results: Results, grader: Any, tally: Counter[str]) -> Iterator[Result]:
    """Donne le résultat de chaque copie, écrit dès qu'il est connu ; compte ceux d'avant."""
    known: list[Result] = []
    waiting: dict[str, tuple[str, str | None]] = {}

    def todo() -> Iterator[Copy]:
        for copy in batch:
            mark = fingerprint(copy, grader.settings.replay_seed)
            found = results.find(copy.id, mark, floor=grader.settings.minimum_isolation)
            if found:
                known.append(found)
                tally["reused"] += 1
            else:
                waiting[copy.id] = mark, copy.trouble
                yield copy

    for result in grader.grade_all(todo()):
        mark, trouble = waiting[result.copy_id]
        if result.trouble != trouble:
            # La correction a échoué, non la copie : sans empreinte, la prochaine fois la reprendra.
            mark = ""
            tally["failed"] += 1
        result = results.write(result, mark)
        _note(result)
        yield result
        while known:
            yield known.pop()
    yield from known


def _isolations(found: list[Result], now: Isolation) -> list[str]:
    """Dit à quel niveau les copies ont été exécutées, aujourd'hui, avant ou sur une autre machine.

    Args:
        found: les résultats de toutes les copies.
        now: l'isolation de cette correction.
    """
    counts = Counter(result.isolation for result in found)
    if set(counts) <= {now.level}:
        return [now.sentence]
    return [
        level_sentence(level, count_of(counts[level], "copie", "copies"))
        for level in sorted(counts)
    ]


def _read_worksheet(path: Path) -> Worksheet:
    """Lit une feuille d'évaluation de Moodle.

    Raises:
        ContentError: ce n'en est pas une.
        SettingsError: le fichier ne se lit pas.
    """
    try:
        return Worksheet(path.read_bytes())
    except OSError as error:
        raise SettingsError(
            f"La feuille {path} ne se lit pas ({system_cause(error)}).",
            "Vérifiez le chemin donné à --worksheet.",
        ) from error


def _with_full_names(found: list[Result], sheet: Worksheet) -> list[Result]:
    """Renvoie les résultats avec les noms de la feuille : ceux des dossiers perdent des signes."""
    if sheet.in_groups:
        return found
    names = {result.copy_id: display_name(row.name) for row, result in sheet.match(found)[0]}
    return [replace(result, name=names.get(result.copy_id) or result.name) for result in found]


def _write_moodle(
    out: Path, sheet: Worksheet, found: list[Result], title: str, when: datetime
) -> list[str]:
    """Écrit la feuille remplie et le zip des retours ; renvoie ce qu'il faut en dire."""
    pairs, remarks = sheet.match(found)
    write_file(out / "moodle-notes.csv", sheet.fill(pairs, when, comment))
    write_feedback(out / "moodle-retours.zip", pairs, lambda result: student_page(result, title))
    filled = count_of(len(pairs), "ligne remplie", "lignes remplies")
    return [f"{filled} sur {len(sheet.rows)}.", *remarks]


# --- Le dossier ---------------------------------------------------------------------------------


def _name_of(source: str) -> str:
    """Renvoie le nom d'un lot, d'après sa source."""
    last = source.rstrip("/").rpartition("/")[2] if source.startswith("s3://") else ""
    name = last or Path(source).resolve().name.removesuffix(".zip").removesuffix(".ipynb")
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "copies"


def _check_apart(source: str, out: Path) -> None:
    """Refuse d'écrire les résultats parmi les copies, ou de lire les copies parmi les résultats."""
    if source.startswith("s3://"):
        return
    copies, results = Path(source).resolve(), out.resolve()
    if copies.is_dir() and results.is_relative_to(copies):
        fact = f"Le dossier des résultats, {out}, est parmi les copies."
    elif copies.is_relative_to(results):
        fact = f"Les copies, {source}, sont dans le dossier des résultats, {out}."
    else:
        return
    raise SettingsError(fact, "Donnez un autre dossier de résultats avec --out.")


# --- Ce qui est dit -----------------------------------------------------------------------------


def _content(batch: Batch) -> str:
    """Renvoie ce que contient un lot : combien de copies, quelles leçons."""
    copies = count_of(len(batch), "copie", "copies")
    if not batch.lessons:
        return f"{copies}, aucune leçon reconnue."
    tasks = sum(len(courses.series(lesson).exercises) for lesson in batch.lessons)
    plural = "s" if len(batch.lessons) > 1 else ""
    return (
        f"{copies}, leçon{plural} {', '.join(batch.lessons)} "
        f"({count_of(tasks, 'exercice', 'exercices')})."
    )


def _summarize(
    out: Path, found: list[Result], notes: dict[str, list[str]], reused: int, failed: int
) -> None:
    """Dit la répartition des notes, les copies à revoir et où sont les résultats."""
    if reused:
        _tell(f"Déjà corrigées, et gardées telles quelles : {reused}.")
    judged = [result for result in found if is_judged(result)]
    if judged:
        spread = Spread.of(judged)
        widest = max(bin.count for bin in spread.bins)
        rows = [
            [bin.label, str(bin.count), "█" * -(-20 * bin.count // widest)] for bin in spread.bins
        ]
        _tell(
            f"Notes sur 20 : médiane {number(spread.median)}, moyenne {number(spread.mean)}, "
            f"de {number(spread.lowest)} à {number(spread.highest)}."
        )
        _tell(repr(Table(["Note", "Copies", ""], rows, right=frozenset({"Copies"}))))
    troubled = [result for result in found if result.trouble]
    if troubled:
        _tell(f"À revoir par un humain : {count_of(len(troubled), 'copie', 'copies')}.")
        for result in troubled:
            _tell(f"  {result.name} : {result.trouble}")
    for heading, sentences in notes.items():
        if sentences:
            _tell(f"{heading} :")
            for sentence in sentences:
                _tell(f"  {sentence}")
    if failed:
        _tell(f"! {_FAILED}")
    _tell(f"Résultats : {out / 'index.html'}, notes.csv et retours/ dans le même dossier.")


def _tell(sentence: str) -> None:
    """Dit une phrase, et l'écrit dans le journal."""
    say(sentence)
    _journal.info(sentence)


def _note(result: Result) -> None:
    """Écrit dans le journal ce qu'est devenue une copie."""
    _journal.info(
        "%s : %s / %s, %s s, isolation %s%s",
        result.copy_id,
        number(result.points),
        number(result.out_of),
        number(round(result.seconds, 1)),
        result.isolation,
        "".join(
            f"\n    {text}"
            for text in filter(None, [result.trouble, *result.remarks, result.failure])
        ),
    )


@contextmanager
def _journal_in(out: Path) -> Iterator[None]:
    """Écrit le journal dans ``journal.txt``, à la suite des corrections précédentes."""
    handler = logging.FileHandler(out / "journal.txt", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%d/%m/%Y %H:%M:%S"))
    _journal.addHandler(handler)
    _journal.setLevel(logging.INFO)
    try:
        yield
    except BaseException as error:
        _journal.error("Arrêt : %s", str(error) or type(error).__name__)
        raise
    finally:
        _journal.removeHandler(handler)
        handler.close()
