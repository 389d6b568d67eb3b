"""Des affichages stables : riches dans JupyterLab, lisibles dans un terminal.

Avec ``progress``, c'est le seul module qui affiche. Les lignes sont triées, et les dates, ETags et
identifiants de requêtes n'apparaissent que si on les demande : deux exécutions se ressemblent.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from helpers.errors import ContentError, explain
from helpers.french import moment, size
from helpers.s3 import read_object

if TYPE_CHECKING:
    from IPython.display import Image
    from minio import Minio

_PICTURE = 20 * 1024 * 1024  # octets : au-delà, une image ne passe pas par le noyau


def say(sentence: str) -> None:
    """Affiche une phrase."""
    print(sentence, flush=True)


@dataclass(frozen=True)
class Table:
    """Un tableau : HTML dans JupyterLab, colonnes alignées ailleurs.

    Args:
        headers: les titres des colonnes.
        rows: les lignes, déjà mises en texte.
        empty: la phrase affichée quand il n'y a aucune ligne.
        right: les titres des colonnes alignées à droite.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    empty: str = "Rien à afficher."
    right: frozenset[str] = frozenset({"Taille"})

    def __repr__(self) -> str:
        if not self.rows:
            return self.empty
        lines = [self.headers, *self.rows]
        widths = [max(len(line[index]) for line in lines) for index in range(len(self.headers))]
        rule = ["─" * width for width in widths]
        return "\n".join(self._line(line, widths) for line in (self.headers, rule, *self.rows))

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        padded = (
            cell.rjust(width) if header in self.right else cell.ljust(width)
            for cell, header, width in zip(cells, self.headers, widths, strict=True)
        )
        return "  ".join(padded).rstrip()

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{html.escape(self.empty)}</p>"

        def row(cells: Sequence[str], tag: str) -> str:
            styled = "".join(
                f'<{tag} style="text-align:{"right" if header in self.right else "left"}">'
                f"{html.escape(cell)}</{tag.split()[0]}>"
                for cell, header in zip(cells, self.headers, strict=True)
            )
            return f"<tr>{styled}</tr>"

        head = row(self.headers, "th").replace("<th ", '<th scope="col" ')
        body = "\n".join(row(cells, "td") for cells in self.rows)
        return f"<table>\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def show_buckets(buckets: Iterable[Any], *, dates: bool = False) -> Table:
    """Montre des buckets, triés par nom.

    Args:
        buckets: ce que renvoie ``client.list_buckets()``, filtré ou non.
        dates: ajoute la date de création.
    """
    found = sorted(buckets, key=lambda bucket: bucket.name)
    rows = [[bucket.name] + ([moment(bucket.creation_date)] if dates else []) for bucket in found]
    return Table(["Bucket"] + (["Créé le"] if dates else []), rows, "Aucun bucket.")


def show_objects(objects: Iterable[Any], *, dates: bool = False) -> Table:
    """Montre des objets et des préfixes, triés par clé.

    Args:
        objects: ce que renvoie ``client.list_objects(...)``.
        dates: ajoute la date de dernière modification.
    """
    found = sorted(objects, key=lambda item: item.object_name)
    rows = [
        [item.object_name, "préfixe" if item.is_dir else size(item.size)]
        + ([moment(item.last_modified)] if dates else [])
        for item in found
    ]
    return Table(["Clé", "Taille"] + (["Modifié le"] if dates else []), rows, "Aucun objet.")


@dataclass(frozen=True)
class Tree:
    """Un arbre de noms : listes imbriquées dans JupyterLab, branches tracées ailleurs.

    Args:
        branches: pour chaque nom, un autre dictionnaire (ce qui suit un « / ») ou un texte.
        empty: la phrase affichée quand il n'y a rien.
    """

    branches: Mapping[str, Any]
    empty: str = "Aucun objet."

    def __repr__(self) -> str:
        return "\n".join(_lines(self.branches)) or self.empty

    def _repr_html_(self) -> str:
        return _nested(self.branches) if self.branches else f"<p>{html.escape(self.empty)}</p>"


def _lines(branches: Mapping[str, Any], margin: str = "") -> Iterator[str]:
    for rank, (name, content) in enumerate(sorted(branches.items()), 1):
        last = rank == len(branches)
        folder = isinstance(content, Mapping)
        yield f"{margin}{'└── ' if last else '├── '}{name}{'' if folder else f' ({content})'}"
        if folder:
            yield from _lines(content, margin + ("    " if last else "│   "))


def _nested(branches: Mapping[str, Any]) -> str:
    items = (
        f"<li>{html.escape(name)}{_nested(content) if content else ''}</li>"
        if isinstance(content, Mapping)
        else f"<li>{html.escape(name)} <small>({html.escape(content)})</small></li>"
        for name, content in sorted(branches.items())
    )
    return f"<ul>\n{chr(10).join(items)}\n</ul>"


def show_tree(objects: Iterable[Any]) -> Tree:
    """Montre l'arbre que dessinent les « / » des clés, trié, avec la taille de chaque objet.

    Args:
        objects: ce que renvoie ``client.list_objects(..., recursive=True)``.
    """
    tree: dict[str, Any] = {}
    for item in objects:
        branch = tree
        *folders, name = re.findall(r"[^/]*/|[^/]+", item.object_name)
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch.setdefault(name, {} if name.endswith("/") else size(item.size))
    return Tree(tree)


# Ce que l'on choisit au dépôt, avec le type ; les autres en-têtes de la réponse sont au serveur.
_SYSTEM = ("Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language")


def user_metadata(stat: Any) -> dict[str, str]:
    """Renvoie les métadonnées d'utilisateur d'un objet, décodées et triées.

    Les clés sont en minuscules et sans ``x-amz-meta-`` : chaque serveur a sa casse.

    Args:
        stat: ce que renvoie ``client.stat_object(...)``.
    """
    prefix = "x-amz-meta-"
    found = {key.lower(): value for key, value in (stat.metadata or {}).items()}
    return {
        key.removeprefix(prefix): unquote(found[key])
        for key in sorted(found)
        if key.startswith(prefix)
    }


def show_object(stat: Any, *, details: bool = False) -> Table:
    """Montre les métadonnées d'un objet, décodées : celles du système, puis de l'utilisateur.

    Args:
        stat: ce que renvoie ``client.stat_object(...)``.
        details: ajoute la date de dernière modification et l'ETag.
    """
    system = {"Taille": size(stat.size), "Content-Type": stat.content_type or "–"}
    if details:
        system |= {"Modifié le": moment(stat.last_modified), "ETag": stat.etag or "–"}
    headers = stat.metadata or {}
    system |= {name: headers[name] for name in _SYSTEM if name in headers}
    rows = [["système", name, value] for name, value in system.items()]
    rows += [["utilisateur", name, value] for name, value in user_metadata(stat).items()]
    return Table(["Sorte", "Nom", "Valeur"], rows)


def show_image(client: Minio, bucket: str, key: str, *, width: int = 480) -> Image:
    """Montre une image lue dans le store.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket de l'image.
        key: la clé de l'image (JPEG ou PNG).
        width: la largeur affichée, en pixels.
    """
    from IPython.display import Image

    data = read_object(client, bucket, key, most=_PICTURE + 1)
    if len(data) > _PICTURE:
        raise ContentError.of("display.picture", key=key, most=size(_PICTURE))
    return Image(data=data, width=width)


_MARKS = {"réussi": "✓", "à revoir": "✗", "erreur": "!", "à faire": "○"}
_COLORS = {"réussi": "#2e7d32", "à revoir": "#b26a00", "erreur": "#c62828"}


@dataclass(frozen=True)
class Card:
    """Un encart : un état, un titre, des lignes, un pied, et parfois du code.

    L'état est écrit et porte un signe : la couleur du filet ne dit rien de plus.
    """

    state: str
    title: str
    lines: Sequence[str] = ()
    footer: str = ""
    code: str = ""

    @property
    def heading(self) -> str:
        """L'état et le titre, sur une ligne."""
        mark = _MARKS.get(self.state, "•")
        return f"{mark} {self.state.capitalize()} — {self.title}"

    def __repr__(self) -> str:
        parts = [self.heading, *(f"  {line}" for line in self.lines)]
        parts += [f"  {self.footer}"] if self.footer else []
        parts += ["", self.code] if self.code else []
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        color = _COLORS.get(self.state, "#5f6b7a")
        lines = "".join(f"<div>{html.escape(line)}</div>" for line in self.lines)
        code = f"<pre><code>{html.escape(self.code)}</code></pre>" if self.code else ""
        footer = f"<div><small>{html.escape(self.footer)}</small></div>" if self.footer else ""
        return (
            f'<div style="border-left: 4px solid {color}; padding: 2px 0 2px 12px">'
            f"<strong>{html.escape(self.heading)}</strong>{lines}{code}{footer}</div>"
        )


def show(item: Any) -> None:
    """Affiche un tableau, un encart… : riche dans un notebook, sinon en texte."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        sys.modules["IPython"].display.display(item)
    else:
        print(item, flush=True)


@dataclass(frozen=True)
class Link:
    """Un lien : cliquable dans JupyterLab, sans sa signature dans un terminal."""

    url: str
    label: str

    def __post_init__(self) -> None:
        # « javascript: » s'exécuterait dans JupyterLab, avec les droits de la personne.
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ContentError.of("display.link", url=self.url[:60])

    def __repr__(self) -> str:
        parts = urlsplit(self.url)
        return f"{self.label} : {parts.scheme}://{parts.netloc}{parts.path}"

    def _repr_html_(self) -> str:
        address = html.escape(self.url, quote=True)
        return f'<a href="{address}" target="_blank" rel="noopener">{html.escape(self.label)}</a>'


def show_link(url: str, label: str = "Ouvrir dans le navigateur") -> Link:
    """Montre un lien qui s'ouvre dans un nouvel onglet ; ``http`` ou ``https`` seulement."""
    return Link(url, label)


def show_error(error: BaseException) -> None:
    """Affiche le code d'une erreur attrapée, puis son explication en français."""
    code = getattr(error, "code", None)
    say(f"{type(error).__name__}{f' : {code}' if code else ''}")
    say(str(explain(error) or error))
