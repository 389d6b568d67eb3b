"""Ce qu'est vraiment un fichier, à son contenu : notebook, export Python, page web."""

from __future__ import annotations

import re

from kit_minio.grading.intake.entries import File, Refused

_HEAD = 4096  # octets où chercher
_EXPORT = re.compile(r"^# (?:In ?\[[\d ]*\]|%%|COMMAND -{5,})", flags=re.M)
_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S
)
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", flags=re.M)
_POINTER = "version https://git-lfs.github.com/spec/"
_TYPED = "onlinetext.html"
_LINK = re.compile(r"https?://[\w./?=&%#~:+-]{4,200}")
TYPED = "c'est un texte saisi dans Moodle"
PAGE = (
    "c'est une page web, et non le notebook ; sur cette page, le bouton « Raw » ou « Télécharger » "
    "donne le fichier .ipynb, ou dans Jupyter : Fichier, Télécharger"
)
EXPORT = (
    "c'est un export Python, sans les cellules du notebook ; il faut le fichier .ipynb lui-même "
    "(dans Jupyter : Fichier, Télécharger)"
)
CONFLICT = (
    "il contient des marques de conflit de Git (« <<<<<<< ») ; il faut la version à remettre, "
    "une fois le conflit résolu"
)
POINTER = "ce n'est que l'adresse d'un fichier de Git LFS ; il faut le fichier .ipynb lui-même"


_SIGNS = (  # ce par quoi un fichier commence
    (b"%PDF", "un PDF"),
    (b"PK\x03\x04", "une archive ZIP, ou un document de bureautique"),
    (b"\x1f\x8b", "une archive GZ"),
    (b"Rar!", "une archive RAR"),
    (b"7z\xbc\xaf", "une archive 7Z"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"{\\rtf", "un document de traitement de texte"),
)


def other_kind(data: bytes) -> str:
    """Renvoie ce qu'est un fichier nommé comme un notebook, à ses premiers octets ; vide sinon."""
    kind = next((kind for sign, kind in _SIGNS if data.startswith(sign)), "")
    return f"c'est {kind}, sous le nom d'un notebook" if kind else ""


def is_disguised(file: File) -> bool:
    """Dit si un fichier est un notebook, quel que soit son nom."""
    head = file.head(_HEAD).replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not head.startswith(b"{"):
        return False
    try:
        return b'"nbformat"' in file.read().replace(b"\x00", b"")
    except Refused:
        return False


def stranger_in(file: File) -> str:
    """Renvoie ce qu'est un fichier qui n'est pas nommé comme un notebook ; vide s'il est banal."""
    text = file.head(16 * _HEAD).decode("utf-8", "replace")
    if file.path.rpartition("/")[2] == _TYPED:
        link = _LINK.search(text)
        return f"{TYPED}{f', avec un lien ({link[0]})' if link else ''} ; il faut le fichier .ipynb"
    return stranger(text)


def stranger(text: str) -> str:
    """Renvoie ce qu'est un texte qui n'est pas un notebook, et quoi demander ; vide sinon."""
    if _PAGE.match(text[:_HEAD]):
        return PAGE
    if text.startswith(_POINTER):
        return POINTER
    if not text.lstrip().startswith("{"):
        return EXPORT if _EXPORT.search(text[: 16 * _HEAD]) else ""
    return CONFLICT if _CONFLICT.search(text) else ""
