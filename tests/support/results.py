"""Des résultats de correction faits main, et de quoi lire les pages qu'ils donnent."""

import re
from html.parser import HTMLParser

from kit_minio import checks as lessons
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.files import write_class, write_pages
from kit_minio.grading.report.pages import batch_title

TITLE = batch_title(["01"])
TASKS = lessons.series("01").exercises
# Ce qu'une copie hostile met partout où elle le peut.
PAYLOADS = (
    "<script>document.title='pris'</script>",
    "<img src=x onerror=\"document.title='pris'\">",
    '"><svg onload=document.title="pris">',
    "</style><style>*{display:none!important}</style>",
    "</title><script>document.title='pris'</script>",
    "[clic](javascript:document.title='pris')",
    "<a href=\"javascript:document.title='pris'\">clic</a>",
    "{{ 7 * 191 }}{% for a in [] %}",
    "\u202egnp.exe\u202c \u2066a\u2069 \u200b\ufeff",
    "\x00\x08\x1b[31m\udc80\u2028",
    '<iframe srcdoc="<script>parent.document.title=1</script>"></iframe>',
    '<base href="//mal.example"><link rel=stylesheet href=//mal.example>',
    '<form action="//mal.example"><input autofocus onfocus="document.title=1"></form>',
    '<meta http-equiv="refresh" content="0;url=//mal.example">',
)


def mark(task=TASKS[0], verdict=Verdict.PASSED, points=None, **more):
    """Renvoie la note d'un exercice de la leçon 01."""
    points = task.points if points is None and verdict is Verdict.PASSED else points or 0
    outcome = Outcome(
        verdict,
        more.pop("message", "C'est exact."),
        more.pop("found", ""),
        more.pop("expected", ""),
        points,
    )
    return Mark("01", task.name, task.title, outcome, task.points, **more)


def result(name="Zoé Martin", number=12, marks=None, **more):
    """Renvoie le résultat d'une copie, juste sauf mention contraire."""
    copy_id = more.pop("copy_id", f"copie-{number}")
    marks = [mark(task) for task in TASKS] if marks is None else marks
    return Result(copy_id, name, str(number), marks, isolation=1, server="MinIO", seed=42, **more)


def hostile():
    """Un résultat dont chaque texte venu de la copie est une attaque."""
    text = " ".join(PAYLOADS)
    marks = [
        mark(task, verdict, message=text, found=text, expected=text, hint=text, code=text)
        for task, verdict in zip(TASKS, Verdict, strict=True)
    ]
    return result(text, 66, marks, copy_id="hostile-66", remarks=list(PAYLOADS))


def classmates(passed, total=8):
    """Renvoie une classe dont ``passed`` copies réussissent le premier exercice."""
    found = []
    for rank in range(total):
        first = mark(TASKS[0], Verdict.PASSED if rank < passed else Verdict.REVIEW, seconds=2)
        others = [mark(task) for task in TASKS[1:]]
        found.append(result(f"Élève {rank}", rank, [first, *others], seconds=61 + rank))
    return found


def write_reports(out, results, about):
    """Écrit toutes les pages d'un lot."""
    write_pages(out, results, about.title)
    write_class(out, results, about)


class Tags(HTMLParser):
    """Les balises d'une page, avec leurs attributs, et son texte."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page.decode())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.tags[-1:] and self.tags[-1][0] != "style":
            self.text += data

    def __iter__(self):
        return iter(self.tags)


def text_of(page):
    """Renvoie le texte d'une page, espaces réduites."""
    return re.sub(r"\s+", " ", Tags(page).text)


def same_bytes(out):
    """Renvoie ce qui doit être pareil d'une correction à l'autre : les notes et les retours."""
    paths = [out / "notes.csv", *(out / "retours").iterdir()]
    return {path.name: path.read_bytes() for path in paths}
