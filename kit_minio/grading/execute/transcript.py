"""Le notebook exécuté d'une copie, gardé pour l'enseignant : ses cellules et ce qu'elles ont dit.

Du texte et des images PNG, bornés ; ni HTML, ni script, ni widget : il s'ouvre sans danger. Aucune
note n'en dépend.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

MAX_TRANSCRIPT = 200 * 1024  # caractères gardés d'une copie
_MAX_TEXT = 20_000  # d'une cellule et de ce qu'elle affiche
_MAX_FAULT = 4_000  # toujours laissés à l'exception qui l'arrête
_MAX_LINES = 60  # de sa trace
_MAX_IMAGE = 96 * 1024  # d'une image, en base64
_MAX_SIDE = 4096  # pixels
_PNG = b"\x89PNG\r\n\x1a\n"
_COST = 200  # ce que coûte une cellule ou un affichage, même vide
_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_ERASED = re.compile(r"[^\n]*\r(?!\n)")  # une barre de progression se récrit sur sa ligne
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


class Transcript:
    """Ce que les cellules d'une copie ont affiché.

    Args:
        room: le nombre de caractères que l'on garde ; 0, rien.
    """

    def __init__(self, room: int = MAX_TRANSCRIPT) -> None:
        self._room = room
        self._cells: list[dict[str, Any]] = []
        self._outputs: list[dict[str, Any]] = []  # de la cellule en cours
        self._left = 0  # ce qu'elle peut encore afficher
        self._title = ""

    def begin(self, source: str, title: str) -> None:
        """Commence une cellule.

        Args:
            source: son texte.
            title: le titre de son exercice, ou un texte vide.
        """
        if title not in ("", self._title):
            self._title = title
            self._cell("markdown", f"## {title}")
        self._left = _MAX_TEXT
        self._outputs = []
        self._cell("code", self._kept(source), execution_count=None, outputs=self._outputs)

    def end(self) -> None:
        """Finit la cellule en cours : ce qui suit n'est pas gardé."""
        self._left = 0
        self._outputs = []

    def hear(self, kind: str, content: Mapping[str, Any]) -> None:
        """Garde ce que dit la cellule en cours ; cela vient de la copie, et peut être mal formé.

        Args:
            kind: le genre du message.
            content: son contenu.
        """
        if kind == "error":
            self._hear_error(content)
        elif min(self._room, self._left) <= 0:
            return
        elif kind == "stream":
            self._hear_stream(str(content.get("name")), str(content.get("text")))
        elif kind in ("execute_result", "display_data"):
            data = content.get("data")
            if isinstance(data, dict) and (kept := self._data(data)):
                self._add({"output_type": "display_data", "metadata": {}, "data": kept})

    def notebook(self) -> str:
        """Renvoie le notebook, en JSON ; vide si rien n'a été gardé."""
        if not self._cells:
            return ""
        cells = [{"id": f"c{rank}", **cell} for rank, cell in enumerate(self._cells)]
        if self._room <= 0:
            text = "*La suite n'est pas gardée : la copie affiche trop.*"
            cells.append({"id": "fin", "cell_type": "markdown", "metadata": {}, "source": text})
        found = {
            "cells": cells,
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return json.dumps(found, ensure_ascii=False, indent=1)

    def _hear_stream(self, name: str, text: str) -> None:
        name = "stderr" if name == "stderr" else "stdout"
        if not self._outputs or self._outputs[-1].get("name") != name:
            self._add({"output_type": "stream", "name": name, "text": ""})
        last = self._outputs[-1]
        last["text"] = _ERASED.sub("", last["text"] + self._kept(text, returns=True))

    def _hear_error(self, content: Mapping[str, Any]) -> None:
        if self._room <= 0 or any(one["output_type"] == "error" for one in self._outputs):
            return
        name, text = str(content.get("ename")), str(content.get("evalue"))
        trace = content.get("traceback")
        lines = [str(line) for line in trace[-_MAX_LINES:]] if isinstance(trace, list) else []
        self._left = max(self._left, _MAX_FAULT)
        self._add(
            {
                "output_type": "error",
                "ename": self._kept(name[:200]),
                "evalue": self._kept(text[:1000]),
                "traceback": [self._kept("\n".join(lines) or f"{name} : {text}")],
            }
        )

    def _data(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Renvoie d'un affichage l'image ou le texte, et rien d'autre."""
        image = data.get("image/png")
        if isinstance(image, str) and _is_small_png(image := "".join(image.split())):
            self._room -= len(image)
            return {"image/png": image}
        text = data.get("text/plain")
        return {"text/plain": self._kept(text)} if isinstance(text, str) else {}

    def _add(self, output: dict[str, Any]) -> None:
        self._room -= _COST
        self._outputs.append(output)

    def _cell(self, kind: str, source: str, **more: Any) -> None:
        if self._room > 0:
            self._room -= _COST
            self._cells.append({"cell_type": kind, "metadata": {}, "source": source, **more})

    def _kept(self, text: str, *, returns: bool = False) -> str:
        """Renvoie ce que l'on garde d'un texte, où tout se voit."""
        bound = max(0, min(self._left, self._room))
        text = _COLOURS.sub("", text[: 2 * bound]).replace("\r\n", "\n")
        seen = _UNSEEN.sub(lambda found: _shown(found[0], returns=returns), text)
        kept = seen if len(seen) <= bound else f"{seen[:bound]}…"
        self._left -= len(kept)
        self._room -= len(kept)
        return kept


def _shown(letter: str, *, returns: bool) -> str:
    return letter if letter == "\r" and returns else f"[U+{ord(letter):04X}]"


def _is_small_png(image: str) -> bool:
    """Dit si un texte en base64 est une image PNG, de taille raisonnable."""
    if len(image) > _MAX_IMAGE:
        return False
    try:
        head = base64.b64decode(image, validate=True)[:24]
    except (binascii.Error, ValueError):
        return False
    sides = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    return (
        head.startswith(_PNG) and len(head) == 24 and all(1 <= side <= _MAX_SIDE for side in sides)
    )
