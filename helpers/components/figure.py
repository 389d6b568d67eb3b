"""Une image, un graphique ou une vidéo, avec le texte qui les remplace et leur légende."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.components.forms import FOLDER, Component

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


@dataclass(frozen=True, repr=False)
class Figure(Component):
    """Ce qui se regarde.

    Args:
        kind: « Image », « Graphique » ou « Vidéo ».
        source: l'adresse, ou ``data_address(…)``.
        alt: ce que l'on y voit, pour qui ne voit pas l'image.
        caption: la légende.
        width: la largeur affichée, en pixels ; 0, celle de l'image.
        poster: l'adresse de l'image montrée avant la lecture d'une vidéo.
    """

    kind: str
    source: str
    alt: str
    caption: str = ""
    width: int = 0
    poster: str = ""

    def __str__(self) -> str:
        return "\n".join(filter(None, [f"{self.kind} : {self.alt}", self.caption]))


def data_address(data: bytes) -> str:
    """Renvoie une image (JPEG, PNG, GIF, WebP ou SVG) sous la forme d'une adresse ``data:``."""
    starts = {b"\x89P": "png", b"GI": "gif", b"RI": "webp", b"<s": "svg+xml", b"<?": "svg+xml"}
    kind = starts.get(data[:2], "jpeg")
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def drawn(figure: Drawing) -> bytes:
    """Renvoie un graphique en SVG, aux couleurs du kit, lisible en clair comme en sombre.

    Les cadres s'ouvrent en haut et à droite ; les couleurs que l'on n'a pas choisies suivent le
    thème. Le même graphique donne les mêmes octets.
    """
    import matplotlib as mpl

    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
        if axes.axison and not axes.images:
            lying = any(
                getattr(bars, "orientation", "") == "horizontal" for bars in axes.containers
            )
            axes.grid(visible=True, axis="x" if lying else "y", linewidth=0.6)
        if legend := axes.get_legend():
            legend.set_frame_on(False)
    out = io.StringIO()
    unsaid: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kit"}):
        figure.savefig(out, format="svg", transparent=True, bbox_inches="tight", metadata=unsaid)
    text = re.sub(r"^.*?(?=<svg)", "", out.getvalue(), flags=re.S)
    # Un nombre s'y lit à la française ; une adresse IP reste telle quelle.
    text = re.sub(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])(?=[^<>]*</text>)", r"\1,\2", text)
    # plot.css donne une autre valeur à celles de matplotlib que l'on n'a pas choisies.
    text = re.sub(r"#([0-9a-f]{6})\b", r"var(--m\1, #\1)", text)
    head, rest = text.split(">", 1)
    style = (FOLDER / "plot.css").read_text(encoding="utf-8")
    paper = '<rect width="100%" height="100%" fill="var(--paper)"/>'
    # Ce que matplotlib n'écrit pas est noir : les textes, surtout.
    return f'{head} fill="var(--m000000)"><style>{style}</style>{paper}{rest}'.encode()
