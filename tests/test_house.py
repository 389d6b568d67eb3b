"""La forme de la maison : ce qui importe quoi, la taille des modules, et où sont leurs tests.

Chaque fonction ci-dessous renvoie les fautes d'un dossier, une phrase par faute ; les tests
l'appliquent à ce dépôt, et, une fois chacune, à un dépôt où cette faute a été commise.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from helpers.files import ROOT

PACKAGES = ("helpers", "kit_minio")
# Ce que le notebook demande à kit_minio par son nom : de quoi vérifier, ou de quoi rendre.
DOOR = "helpers.exercises.workbook"
BEHIND = {"kit_minio.checks", "kit_minio.answering.submission"}
ANSWERING = "kit_minio.answering"
CLOCKS = {"monotonic", "perf_counter", "process_time", "time"}
# Les vérifications d'une leçon sont prouvées par les réponses de tests/answers ; les programmes qui
# ont fait les données, par ces données, que tests/helpers/test_samples.py examine.
PROVED_ELSEWHERE = re.compile(
    r"kit_minio/checks/lesson_\d+_\w+(/\w+)?\.py|kit_minio/authoring/data/make_\w+\.py"
)

Faults = Iterator[str]


@dataclass(frozen=True)
class Source:
    """Un fichier Python : son chemin depuis la racine, son nom de module, son texte, son arbre."""

    path: str
    module: str
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")


def sources(root: Path, *folders: str) -> list[Source]:
    """Lit tous les fichiers Python de ces dossiers."""
    return [source for folder in folders for source in sources_of(root, folder)]


@cache
def sources_of(root: Path, folder: str) -> list[Source]:
    found = []
    for path in sorted((root / folder).rglob("*.py")):
        relative = path.relative_to(root).as_posix()
        if re.match(r"tests/trials/\d", relative):
            continue  # des copies d'élèves, telles quelles
        module = relative.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        text = path.read_text(encoding="utf-8")
        found.append(Source(relative, module, text, ast.parse(text)))
    return found


def imports(source: Source, known: set[str]) -> Iterator[tuple[str, str]]:
    """Donne (module, nom) pour chaque import, même différé ; le nom est vide pour « import x ».

    Un import réservé au vérificateur de types n'en est pas un. ``known`` sert à voir un module
    dans « from paquet import module ».
    """
    pending: list[ast.AST] = [source.tree]
    while pending:
        node = pending.pop()
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                pending.extend(node.orelse)
                continue
            case ast.Import(names=names):
                yield from ((alias.name, "") for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = source.module.split(".")
                base = base[: len(base) - level + source.is_package] if level else []
                full = ".".join([*base, *([module] if module else [])])
                for alias in names:
                    whole = f"{full}.{alias.name}"
                    yield (whole, "") if whole in known else (full, alias.name)
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name))]):
                yield name, ""
        pending.extend(ast.iter_child_nodes(node))


@cache
def graph(root: Path) -> dict[str, set[str]]:
    """Renvoie, pour chaque module des deux paquets, ceux qu'il importe, la porte mise à part."""
    files = sources(root, *PACKAGES)
    known = {source.module for source in files}
    return {
        source.module: {
            module
            for module, _ in imports(source, known)
            if module in known and not (source.module == DOOR and module in BEHIND)
        }
        for source in files
    }


# --- Les règles ---------------------------------------------------------------------------------


def cycles(root: Path) -> Faults:
    """Deux modules qui s'importent ne se lisent ni ne s'éprouvent l'un sans l'autre."""
    try:
        TopologicalSorter(graph(root)).prepare()
    except CycleError as error:
        yield "Ces modules s'importent en rond : " + " ← ".join(error.args[1])


def wrong_way(root: Path) -> Faults:
    """``helpers`` est ce qu'un notebook importe : il n'a besoin de rien d'autre.

    ``kit_minio.answering`` n'a que lui, dans le bac à sable.
    """
    for module, imported in graph(root).items():
        if module.startswith("helpers."):
            for other in sorted(imported):
                if other.startswith("kit_minio") or other == "helpers":
                    yield f"{module} importe {other}"
        if module.startswith(ANSWERING):
            for other in sorted(imported):
                if not other.startswith(("helpers.", ANSWERING)):
                    yield f"{module}, que voit une copie en correction, importe {other}"


def too_long(root: Path) -> Faults:
    for source in sources(root, *PACKAGES, "tests"):
        if (lines := source.text.count("\n")) > 400:
            yield f"{source.path} a {lines} lignes, plus de 400"


def too_big(root: Path) -> Faults:
    """Le paquet des notebooks reste petit."""
    top = [path.read_text(encoding="utf-8") for path in (root / "helpers").glob("*.py")]
    # Les composants servent aussi à kit_minio : ils ont leur propre borne.
    shared = "helpers/components/"
    parts = [source for source in sources(root, "helpers") if source.path.startswith(shared)]
    rest = [source for source in sources(root, "helpers") if not source.path.startswith(shared)]
    for name, value, limit in (
        ("modules au premier niveau", len(top), 14),
        ("lignes au premier niveau", sum(text.count("\n") for text in top), 2000),
        ("lignes sans les composants", sum(source.text.count("\n") for source in rest), 7000),
        ("lignes de composants", sum(source.text.count("\n") for source in parts), 500),
    ):
        if value > limit:
            yield f"helpers a {value} {name}, plus de {limit}"


def without_test(root: Path) -> Faults:
    """Un module et ses tests ont le même nom, au même endroit ; ``x/__init__`` a ``x/test_x``.

    Un paquet qui n'a que sa présentation n'a rien à éprouver, ni un programme d'une ligne.
    """
    for source in sources(root, *PACKAGES):
        if PROVED_ELSEWHERE.fullmatch(source.path) or not defines(source.tree):
            continue
        path = Path(source.path)
        name = path.parent.name if source.is_package else path.stem
        expected = Path("tests", path.parent, f"test_{name}.py")
        if not (root / expected).exists():
            yield f"{source.path} n'a pas ses tests, {expected.as_posix()}"


def defines(tree: ast.Module) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) for node in tree.body)


def without_module(root: Path) -> Faults:
    """Un fichier de tests porte le nom d'un module, suivi au besoin d'un sujet : test_x_sujet."""
    for package in PACKAGES:
        for test in sorted((root / "tests" / package).rglob("test_*.py")):
            folder = test.parent.relative_to(root / "tests")
            names = test.stem.removeprefix("test_").split("_")
            modules = ["_".join(names[:size]) for size in range(1, len(names) + 1)]
            places = [root / folder / f"{name}.py" for name in modules]
            places += [root / folder / "__init__.py"] if folder.name in modules else []
            if not any(place.exists() for place in places):
                yield f"{test.relative_to(root).as_posix()} n'a pas son module dans {folder}"


def without_presentation(root: Path) -> Faults:
    """Le ``__init__`` d'un dossier dit ce qui y entre, ce qui en sort, et par où commencer."""
    files = {source.path: source for source in sources(root, *PACKAGES)}
    for folder in sorted({Path(path).parent.as_posix() for path in files}):
        source = files.get(f"{folder}/__init__.py")
        said = (ast.get_docstring(source.tree) or "") if source else ""
        if len(said.split()) < 8 or not said.endswith("."):
            yield f"{folder}/__init__.py ne présente pas son dossier par une phrase : « {said} »"


def reaching_inside(root: Path) -> Faults:
    """Un nom qui commence par « _ » est au module qui le définit, et à lui seul."""
    files = sources(root, *PACKAGES, "tests")
    known = {source.module for source in files}
    for source in files:
        names = set()  # ceux sous lesquels ce fichier connaît des modules du kit
        for module, name in imports(source, known):
            if module.split(".")[0] in PACKAGES and name.startswith("_"):
                yield f"{source.path} importe {module}.{name}"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = getattr(node, "module", None)
                for alias in node.names:
                    whole = f"{module}.{alias.name}" if module else alias.name
                    if whole in known and whole.split(".")[0] in PACKAGES:
                        names.add(alias.asname or alias.name)
        for node in ast.walk(source.tree):
            match node:
                case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                    pass
                case ast.Call(
                    func=ast.Attribute(attr="setattr" | "delattr"),
                    args=[ast.Name(id=owner), ast.Constant(value=str(attribute)), *_],
                ):
                    pass
                case _:
                    continue
            if owner in names and re.match("_(?!_)", attribute):
                yield f"{source.path}, ligne {node.lineno} : {owner}.{attribute}"


def timed(root: Path) -> Faults:
    """Une durée se mesure dans benchmarks/ : sur une machine chargée, elle ne prouve rien."""
    for source in sources(root, "tests"):
        if not any(clock in source.text for clock in CLOCKS):
            continue
        measured = {
            name
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Assign) and measures(node.value, set())
            for name in (target.id for target in node.targets if isinstance(target, ast.Name))
        }
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Assert) and measures(node.test, measured):
                yield f"{source.path}, ligne {node.lineno} : {ast.unparse(node.test)}"


def measures(expression: ast.AST, measured: set[str]) -> bool:
    """Dit si une expression contient « maintenant - avant », ou un nom qui en vient."""
    return any(
        (isinstance(node, ast.Name) and node.id in measured)
        or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Sub)
            and ast.unparse(node.left) in {f"time.{clock}()" for clock in CLOCKS}
        )
        for node in ast.walk(expression)
    )


def importing_tests(root: Path) -> Faults:
    """Ce que deux fichiers de tests partagent est dans tests/support, ou une fixture."""
    files = sources(root, "tests")
    known = {source.module for source in files}
    for source in files:
        for module in sorted({module for module, _ in imports(source, known)}):
            if re.search(r"(^|\.)(test_\w+|conftest)$", module):
                yield f"{source.path} importe {module}"


def drawn(root: Path) -> Iterator[str]:
    """Donne les chemins que nomme l'arbre du README."""
    text = (root / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^## Ce que contient le kit\n+```\w*\n(.*?)^```", text, re.M | re.S)
    above: list[str] = []
    for line in block[1].splitlines() if block else ():
        found = re.match(r"(?P<bars>(?:[│ ]   )*)(?P<branch>[├└]── )?(?P<name>\S+)", line)
        if found is None:
            continue
        depth = len(found["bars"]) // 4 + bool(found["branch"])
        above = [*above[:depth], found["name"].rstrip("/")]
        yield "/".join(above)


def lost_in_the_tree(root: Path) -> Faults:
    """Chaque ligne de l'arbre du README désigne ce qui est sur le disque."""
    for path in drawn(root):
        if not (root / path).exists():
            yield f"L'arbre du README nomme {path}, qui n'existe pas"


def left_out_of_the_tree(root: Path) -> Faults:
    """Chaque dossier des deux paquets a sa ligne dans l'arbre du README."""
    paths = [Path(source.path).parts for source in sources(root, *PACKAGES)]
    for folder in sorted({"/".join(parts[:2]) for parts in paths if len(parts) > 2}):
        if folder not in drawn(root):
            yield f"L'arbre du README ne nomme pas {folder}"


# --- Ce dépôt, puis un dépôt fautif par règle ---------------------------------------------------

Rule = Callable[[Path], Faults]
INIT = '"""Entrent des copies, sortent des notes : lire batch, puis le reste."""\n'
FAULTY: dict[Rule, dict[str, str]] = {
    cycles: {
        "helpers/a.py": "from helpers import b",
        "helpers/b.py": "def f():\n    from helpers.a import g",
    },
    wrong_way: {"helpers/a.py": "from kit_minio import b", "kit_minio/b.py": ""},
    too_long: {"kit_minio/a.py": "x = 1\n" * 401},
    too_big: {f"helpers/m{number}.py": "" for number in range(15)},
    without_test: {"helpers/a.py": "def f(): pass", "tests/helpers/b/test_a.py": ""},
    without_module: {"helpers/a.py": "", "tests/helpers/test_b_a.py": ""},
    without_presentation: {"kit_minio/__init__.py": INIT, "kit_minio/a/b.py": ""},
    reaching_inside: {
        "helpers/a.py": "_b = 1",
        "tests/helpers/test_a.py": "from helpers import a as x\n\nassert x._b == 1",
    },
    timed: {
        "tests/test_a.py": "import time\nbefore = time.time()\nspent = time.time() - before\n"
        "assert spent < 3"
    },
    importing_tests: {"tests/test_a.py": "from tests.test_b import f", "tests/test_b.py": ""},
    lost_in_the_tree: {
        "README.md": "## Ce que contient le kit\n\n```\nhelpers/  le cours\n├── a.py  rien\n```\n",
        "helpers/b.py": "",
    },
    left_out_of_the_tree: {
        "README.md": "## Ce que contient le kit\n\n```\nhelpers/  le cours\n```\n",
        "helpers/b/c.py": "",
    },
}
IDS = [rule.__name__ for rule in FAULTY]


@pytest.mark.parametrize("rule", FAULTY, ids=IDS)
def test_the_house_is_in_order(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize(("rule", "files"), FAULTY.items(), ids=IDS)
def test_each_fault_is_seen(rule: Rule, files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(list(rule(tmp_path))) == 1


def test_what_only_types_need_is_not_an_import_and_the_door_is_open(tmp_path: Path) -> None:
    workbook = tmp_path / "helpers" / "exercises" / "workbook.py"
    workbook.parent.mkdir(parents=True)
    workbook.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from kit_minio import cli\n"
        "def f(): return import_module('kit_minio.checks')\n"
    )
    for name in ("cli", "checks"):
        (tmp_path / "kit_minio").mkdir(exist_ok=True)
        (tmp_path / "kit_minio" / f"{name}.py").touch()
    assert list(wrong_way(tmp_path)) == []


def test_what_a_copy_sees_needs_nothing_that_it_does_not_see(tmp_path: Path) -> None:
    submission = tmp_path / "kit_minio" / "answering" / "submission.py"
    submission.parent.mkdir(parents=True)
    submission.write_text("from kit_minio import cli\n")
    (tmp_path / "kit_minio" / "cli.py").touch()
    assert len(list(wrong_way(tmp_path))) == 1
