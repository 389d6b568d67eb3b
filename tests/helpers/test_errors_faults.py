"""Les phrases de ``faults.toml`` : chacune sert, et reçoit du code tout ce qu'elle attend."""

from __future__ import annotations

import ast
import tomllib
from string import Template

import pytest

from helpers.errors import KIT, ContentError, SettingsError
from helpers.files import ROOT

FAULTS = {
    f"{module}.{name}": fault
    for module, faults in tomllib.loads(
        (ROOT / "helpers" / "faults.toml").read_text("utf-8")
    ).items()
    for name, fault in faults.items()
}


def uses() -> list[tuple[str, set[str], str]]:
    """Renvoie, pour chaque appel à ``….of("nom", …)``, le nom, ce qu'il donne, et l'endroit."""
    found = []
    for path in sorted((ROOT / "helpers").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=owner), attr="of"), args=[name]
                ) if owner.endswith("Error"):
                    given = {keyword.arg or "" for keyword in node.keywords}
                    place = f"{path.relative_to(ROOT)}, ligne {node.lineno}"
                    names = [name.value] if isinstance(name, ast.Constant) else CHOSEN[path.stem]
                    found += [(one, given, place) for one in names]
    return found


# Le nom que choisit le code, parmi ceux-ci.
CHOSEN = {"terminal": ["terminal.aws", "terminal.mc", "terminal.other"]}


def test_each_sentence_is_used_and_each_use_has_its_sentences() -> None:
    assert {name for name, _, _ in uses()} == set(FAULTS)


def test_each_use_gives_all_that_its_sentences_want() -> None:
    for name, given, place in uses():
        wanted = {
            word
            for part in ("fact", "remedy")
            for word in Template(FAULTS[name][part]).get_identifiers()
        }
        assert wanted - {"kit"} <= given, place


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_a_fact_then_a_remedy(name: str) -> None:
    assert set(FAULTS[name]) == {"fact", "remedy"}
    assert FAULTS[name]["fact"].endswith(".")
    assert FAULTS[name]["remedy"].endswith((".", "…"))


def test_a_fault_is_completed_and_keeps_its_kind() -> None:
    error = SettingsError.of("clients.missing", what="$x, un paquet,")
    assert isinstance(error, SettingsError)
    assert error.fact == "$x, un paquet, n'est pas installé."
    assert KIT in ContentError.of("throwaway.silent").remedy
