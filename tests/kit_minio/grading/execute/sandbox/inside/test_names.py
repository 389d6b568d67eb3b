"""Les noms gardés : ce qu'une étourderie remplace, et ce qu'elle ne remplace que pour l'élève."""

from __future__ import annotations

from typing import Any

import pytest
from minio import Minio

from kit_minio.grading.execute.sandbox.inside.names import Names, calls_in

CLIENT = Minio("127.0.0.1:9", "a", "b", secure=False)


class _Notebook:
    """Un notebook sans noyau : des cellules, dans un espace de noms."""

    def __init__(self) -> None:
        self.space: dict[str, Any] = {"CLIENT": CLIENT}
        self.names = Names(self.space)
        self.run("setup", "", "client = CLIENT; seed = 1; from json import dumps as show")

    def run(self, role: str, exercise: str, code: str) -> Any:
        self.names.before(role, exercise, lambda: calls_in(code))
        try:
            exec(code, self.space)  # noqa: S102 - c'est ce que fait un noyau
        finally:
            self.names.after(role)
        return self.space.get("found")


@pytest.mark.parametrize("role", ["given", "check"])
def test_a_given_cell_has_its_names_and_the_student_keeps_hers(role: str) -> None:
    notebook = _Notebook()
    notebook.run("student", "a", "client = show = 'à moi'; seed = 7; print = list = [3]")
    used = "found = [client is CLIENT, show(1), seed, callable(print), list('a')]"
    assert notebook.run(role, "a", used) == [True, "1", 1, True, ["a"]]
    mine = "found = [client, show, seed, print]"
    assert notebook.run("student", "a", mine) == ["à moi", "à moi", 7, [3]]


def test_another_exercise_has_the_client_of_the_kit() -> None:
    notebook = _Notebook()
    notebook.run("student", "a", "client = None; seed = 7; del show")
    used = "found = [client is CLIENT, seed, show(1)]"
    assert notebook.run("student", "b", used) == [True, 7, "1"]


def test_a_name_that_is_called_and_cannot_be_is_given_back() -> None:
    notebook = _Notebook()
    notebook.run("student", "a", "list = [1]; show = 3; url = 'x'")
    assert notebook.run("student", "b", "found = [list, show]") == [[1], 3]
    assert notebook.run("student", "c", "found = list('ab') + [show(1)]") == ["a", "b", "1"]


def test_what_a_given_cell_defines_stays() -> None:
    notebook = _Notebook()
    notebook.run("student", "a", "seed = 7; print = 3")
    notebook.run("given", "a", "seed = 9\ndef print(): pass")
    assert notebook.run("student", "a", "found = [seed, callable(print)]") == [9, True]


def test_a_function_of_the_student_stays_hers() -> None:
    notebook = _Notebook()
    notebook.run("student", "a", "def list(x): return 'à moi'")
    assert notebook.run("student", "b", "found = list(1)") == "à moi"


def test_what_does_not_parse_calls_nothing() -> None:
    assert calls_in("print(list(x).y(z), a.b())") == {"print", "list"}
    assert calls_in("if (") == set()
