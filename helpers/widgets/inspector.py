"""L'inspecteur d'URL présignée : ce que dit chaque partie, et le temps qui reste.

Dans JupyterLab, le temps qui reste se voit diminuer et l'on peut coller une autre URL.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import traitlets

from helpers.components import Table
from helpers.french import in_words, moment
from helpers.topics.presigned import PresignedUrl, explain_url, read_url
from helpers.widgets.parts import Displayed, Live, script

_SOON = timedelta(minutes=1)


@dataclass(repr=False)
class Inspector(Displayed):
    """Une URL présignée, partie par partie, et le temps qu'il lui reste : ``inspect_url(url)``.

    Args:
        url: l'URL à examiner ; dans JupyterLab, elle peut être collée plus tard.
    """

    url: str = ""

    def summary(self) -> list[str | Table]:
        """Renvoie le tableau des parties, puis le temps qui reste, à la minute."""
        return [explain_url(self.url), "", state(read_url(self.url))]

    def build(self) -> Any:
        """Renvoie le widget : un champ, le temps qui reste, le tableau des parties."""
        return _View(self.url)


inspect_url = Inspector


def state(url: PresignedUrl) -> str:
    """Dit si l'URL est encore valable, et pour combien de temps : à la minute, au-delà de deux."""
    left = url.time_left()
    if not left:
        return _gone(url)
    if left > 2 * _SOON:
        left = timedelta(minutes=round(left.total_seconds() / 60))
    head = "! Expire bientôt" if left < _SOON else "✓ Encore valable"
    return f"{head} : il reste {in_words(left)}."


def _gone(url: PresignedUrl) -> str:
    return f"✗ Expirée le {moment(url.expires_at)}."


def time_left(url: PresignedUrl) -> dict[str, Any]:
    """Renvoie ce qu'il faut à la page pour compter elle-même le temps qui reste, en secondes."""
    return {
        "expires": url.expires_at.timestamp(),
        "lifetime": url.lifetime.total_seconds(),
        "gone": _gone(url),
    }


class _View(Live):
    _esm = script("inspector")
    url = traitlets.Unicode().tag(sync=True)
    found = traitlets.Dict().tag(sync=True)

    def __init__(self, url: str) -> None:
        super().__init__()
        with self.explained():
            self.do_read(url)

    def do_read(self, url: str) -> None:
        self.url, self.found = url, {}
        if url.strip():
            table = explain_url(url)
            parts = {"headers": table.headers, "rows": table.rows}
            self.found = parts | {"left": time_left(read_url(url))}
