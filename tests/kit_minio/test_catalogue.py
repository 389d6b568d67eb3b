"""Le français de JupyterLab : ses phrases, puis ce que lit un élève dans un vrai navigateur."""

from __future__ import annotations

import re

import pytest

from kit_minio.authoring.notebooks import LESSONS, read
from kit_minio.catalogue import phrases

FIRST = LESSONS / "00-demarrage.ipynb"
# Des mots anglais qu'aucun libellé français ne contient.
ENGLISH = re.compile(
    r"\b(the|of|to|and|this|open|close|copy|paste|show|cells?|main|area|enable|toolbar|move|with"
    r"|run|delete|restart|kernel|trust|shut|file|select|install|save|view|more|reference)\b",
    re.I,
)
# Paramètres → Langue : le nom d'une langue y est aussi écrit dans cette langue.
ALLOWED = {"Anglais - English"}
_LABELS = """() => [...document.querySelectorAll(
    '.lm-Menu-itemLabel, #jp-main-statusbar *, .jp-Toolbar [title], .jp-cell-toolbar [title]')]
    .filter(node => node.checkVisibility() && !node.closest('#jp-debugger-sidebar'))
    .flatMap(node => [node.children.length ? '' : node.textContent, node.getAttribute('title')])
    .filter(Boolean)"""
_KILL = (
    "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute("
    "{ code: 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)' })"
)


def test_every_phrase_keeps_the_marks_of_the_english_one():
    for english, french in phrases().items():
        wanted = set(re.findall(r"%\d", english.rpartition("\x04")[2]))
        assert all(set(re.findall(r"%\d", text)) <= {*wanted, "%1"} for text in french), english
        assert wanted <= set(re.findall(r"%\d", french[-1])), english


@pytest.mark.needs("chromium")
def test_what_frightens_is_in_french(bench):
    with bench.opened("langue", "1 + 1") as page:
        page.get_by_text("Cellule 1 sur 1").wait_for()
        page.locator(".jp-Cell").first.hover()
        found = set(page.evaluate(_LABELS))
        for number in range(page.locator(".lm-MenuBar-item").count()):
            page.locator(".lm-MenuBar-item").nth(number).click()
            page.locator(".lm-Menu").first.wait_for()
            found |= set(page.evaluate(_LABELS))
            page.keyboard.press("Escape")
        page.locator(".jp-Cell").first.click(button="right")
        page.locator(".lm-Menu").first.wait_for()
        found |= set(page.evaluate(_LABELS))
        page.keyboard.press("Escape")
        assert {"Supprimer la cellule", "Copier cette cellule (C)"} <= found
        assert sorted(label for label in found - ALLOWED if ENGLISH.search(label)) == []

        # Les menus que cite la leçon 00 portent bien ces noms.
        prose = "".join(cell.source for cell in read(FIRST).cells).replace("’", "'")
        quoted = re.findall(r"\*\*\w+ → ([^*]+)\*\*", prose)
        assert len(quoted) >= 5
        assert set(quoted) <= {label.replace("’", "'") for label in found}

        dialog = page.locator(".jp-Dialog")
        page.evaluate("() => { jupyterapp.commands.execute('notebook:trust') }")
        dialog.get_by_text("Faire confiance à ce notebook").wait_for()
        page.keyboard.press("Escape")
        page.evaluate(_KILL)
        dialog.get_by_text("Le noyau redémarre").wait_for()
        assert not ENGLISH.search(dialog.inner_text())
        page.keyboard.press("Escape")
        page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
        )
