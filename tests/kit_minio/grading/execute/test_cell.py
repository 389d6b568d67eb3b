"""Une cellule en cours : ce que le noyau en dit, dans n'importe quel ordre."""

from __future__ import annotations

import pytest

from kit_minio.grading.execute.cell import CellError, RunningCell, TooLong

SHOWN = ("error", {"ename": "S3Error", "evalue": "NoSuchBucket"})
REPLY = ("execute_reply", {"status": "error", "ename": "NoneType", "evalue": "None"})


def _cell(*messages: tuple[str, dict[str, str]], parent: str = "1") -> RunningCell:
    cell = RunningCell("1")
    for kind, content in messages:
        cell.see(kind, {"msg_id": parent}, content)
    return cell


@pytest.mark.parametrize("rank", [1, -1])
def test_in_any_order_of_messages_the_exception_is_the_one_that_was_shown(rank: int) -> None:
    """Le noyau a deux fils ; sa réponse ignore une exception que le kit a expliquée."""
    assert str(_cell(*(SHOWN, REPLY)[::rank]).error) == "S3Error : NoSuchBucket"


@pytest.mark.parametrize("name", ["3573317510.py", "<tokenize>", "<ipython-input-1-7c4c8ebc9541>"])
def test_the_name_that_a_cell_is_given_is_not_shown_and_its_line_is(name: str) -> None:
    text = f"invalid syntax ({name}, line 3)"
    cell = _cell(("error", {"ename": "SyntaxError", "evalue": text}))
    assert str(cell.error) == "SyntaxError : invalid syntax (ligne 3 de votre cellule)"
    assert cell.error is not None
    assert cell.error.where("if x:\n        a\n    b") == "Ligne 3 : `b`."


def test_a_line_of_something_else_is_not_taken_for_one_of_the_cell() -> None:
    """Le texte donné à eval() a ses lignes à lui."""
    text = "invalid syntax (<string>, line 3)"
    cell = _cell(("error", {"ename": "SyntaxError", "evalue": text}))
    assert str(cell.error) == f"SyntaxError : {text}"
    assert cell.error is not None
    assert cell.error.where("a\nb\nc") == ""


def test_the_message_of_another_cell_changes_nothing() -> None:
    cell = _cell(SHOWN, REPLY, ("status", {"execution_state": "idle"}), parent="2")
    assert (cell.error, cell.idle, cell.replied) == (None, False, 0.0)


def test_it_ends_when_the_kernel_is_idle_again() -> None:
    busy, idle = ({"execution_state": state} for state in ("busy", "idle"))
    assert not _cell(("status", busy)).idle
    assert _cell(("status", busy), ("status", idle)).idle
    assert _cell(REPLY).replied > 0


def test_a_long_text_is_cut_and_a_broken_character_replaced() -> None:
    cell = _cell(("error", {"ename": "E" * 100, "evalue": "\ud800" + "x" * 3000}))
    assert cell.error is not None
    assert (len(cell.error.name), len(cell.error.text)) == (80, 2000)
    assert cell.error.text.startswith("?x")


@pytest.mark.parametrize(
    ("trace", "line"),
    [
        (["\x1b[36mCell\x1b[39m \x1b[32mIn[4]\x1b[39m\x1b[32m, line 2\x1b[39m", "File /a.py:9"], 2),
        (["Cell In[4], line 1", "Cell In[4], line 3, in f", "Cell In[2], line 2, in g"], 3),
        (["NameError : x\n\nligne 3 : `x`\n"], 3),
        (["NameError : x\n\nligne 3 de la cellule [2] : `x`\n"], 0),
        (["Cell In[1], line 0"], 0),
        (["Cell In[1], line 999999999"], 0),
        ([3], 0),
        (None, 0),
        ("Cell In[1], line 2", 0),
    ],
)
def test_the_line_is_the_deepest_of_this_cell_and_its_text_is_the_cell_s(
    trace: object, line: int
) -> None:
    cell = RunningCell("1")
    cell.see("error", {"msg_id": "1"}, {"ename": "E", "evalue": "", "traceback": trace})
    assert cell.error is not None
    text = ["un()", "  deux()", "x" * 999]
    found = cell.error.where("\n".join(text))
    assert found == (f"Ligne {line} : `{text[line - 1].strip()[:120]}`." if line else "")
    assert CellError("E", "", 1).where("\n \n x\n") == "Ligne 3 : `x`."


def test_errors_say_themselves() -> None:
    assert str(CellError("KeyboardInterrupt", "")) == "KeyboardInterrupt"
    said = "Temps dépassé : la cellule a été interrompue au bout de 5 s"
    assert str(TooLong(5)) == said
