"""Des affichages stables : riches dans JupyterLab, lisibles dans un terminal.

Avec ``progress``, c'est le seul module qui affiche. Les lignes sont triées, et les dates, ETags et
identifiants de requêtes n'apparaissent que si on les demande : deux exécutions se ressemblent.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from helpers.components import Figure, Table, Tree
from helpers.components.figure import data_address, drawn
from helpers.components.forms import write
from helpers.errors import ContentError, explain
from helpers.french import moment, size
from helpers.s3 import read_object
from helpers.serving import shown, warning
from helpers.suggestions import look_alike

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing
    from minio import Minio

_PICTURE = 20 * 1024 * 1024  # octets : au-delà, une image ne passe pas par le noyau


def say(sentence: str) -> None:
    """Affiche une phrase."""
    write(sentence)


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


def show_image(
    client: Minio, bucket: str, key: str, *, width: int = 480, alt: str = "", caption: str = ""
) -> Figure:
    """Montre une image lue dans le store.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket de l'image.
        key: la clé de l'image (JPEG, PNG, GIF, WebP ou SVG).
        width: la largeur affichée, en pixels.
        alt: ce que l'on y voit, pour qui ne voit pas l'image ; la clé, sinon.
        caption: la légende.
    """
    data = read_object(client, bucket, key, most=_PICTURE + 1)
    if len(data) > _PICTURE:
        raise ContentError.of("display.picture", key=key, most=size(_PICTURE))
    return Figure("Image", data_address(data), alt or key, caption, width)


def show_plot(figure: Drawing, *, alt: str, caption: str = "") -> Figure:
    """Montre un graphique de matplotlib aux couleurs du kit, lisible en clair comme en sombre.

        figure, axes = plt.subplots()
        show_plot(figure, alt="Le débit double de une à deux connexions, puis ne change plus.")

    Args:
        figure: le graphique, axes nommés ; il est fermé, et ne s'affiche donc qu'ici.
        alt: ce qu'il montre, pour qui ne le voit pas.
        caption: la légende.
    """
    from matplotlib.pyplot import close

    picture = data_address(drawn(figure))
    close(figure)
    return Figure("Graphique", picture, alt, caption)


def show(item: Any) -> None:
    """Affiche un tableau, un encart… : riche dans un notebook, sinon en texte."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        sys.modules["IPython"].display.display(item)
    else:
        write(item)


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
        address = html.escape(shown(self.url), quote=True)
        return f'<a href="{address}" target="_blank" rel="noopener">{html.escape(self.label)}</a>'


class Page(Link):
    """Un lien vers une page web, et cette page dans un cadre."""

    def _repr_html_(self) -> str:
        address, title = (html.escape(text, quote=True) for text in (shown(self.url), self.label))
        # Le cadre n'est chargé qu'à l'ouverture : un notebook relu plus tard n'y a rien de mort.
        return (
            f"{warning()}<p>{super()._repr_html_()}</p>"
            "<details><summary>Afficher la page ici</summary>"
            f'<iframe src="{address}" title="{title}" loading="lazy" width="100%" height="480">'
            "</iframe></details>"
        )


def show_link(url: str, label: str = "Ouvrir dans le navigateur") -> Link:
    """Montre un lien qui s'ouvre dans un nouvel onglet ; ``http`` ou ``https`` seulement."""
    return Link(url, label)


def show_page(url: str, label: str) -> Page:
    """Montre une page web servie par le notebook : un lien, et la page dans un cadre."""
    return Page(url, label)


def show_error(error: BaseException) -> None:
    """Affiche le code d'une erreur attrapée, puis son explication en français."""
    code = getattr(error, "code", None)
    say(f"{type(error).__name__}{f' : {code}' if code else ''}")
    say(str(explain(error) or error))
    if alike := look_alike(error):
        say(alike)
