"""L'inspecteur d'URL présignée : ce que dit chaque partie, et le temps qui reste.

Dans JupyterLab, le temps qui reste se voit diminuer et l'on peut coller une autre URL.
"""

import asyncio
import html
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ipywidgets as w

from helpers.display import Table
from helpers.french import in_words, moment
from helpers.topics.presigned import PresignedUrl, explain_url, read_url
from helpers.widgets.parts import WHOLE_LABEL, Displayed, explained

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
        return [explain_url(self.url), "", state(read_url(self.url), rounded=True)]

    def build(self) -> Any:
        """Renvoie le widget : un champ, le temps qui reste, le tableau des parties."""
        field = w.Text(
            value=self.url,
            description="URL présignée",
            placeholder="Collez une URL, puis Entrée",
            continuous_update=False,
            style=WHOLE_LABEL,
            layout={"width": "auto"},
        )
        error, left, parts = (w.HTML() for _ in range(3))
        countdown = Countdown(left)

        def show() -> None:
            countdown.stop()
            parts.value = ""
            with explained(error):
                if field.value.strip():
                    table = explain_url(field.value)._repr_html_()
                    parts.value = f'<div class="kit-wide">{table}</div>'
                    countdown.start(read_url(field.value))

        field.observe(lambda _: show(), "value")
        show()
        return w.VBox([field, error, left, parts])


inspect_url = Inspector


def state(url: PresignedUrl, *, rounded: bool = False) -> str:
    """Dit en une phrase si l'URL est encore valable, et pour combien de temps.

    ``rounded`` arrondit à la minute au-delà de deux minutes.
    """
    left = url.time_left()
    if not left:
        return f"✗ Expirée le {moment(url.expires_at)}."
    if rounded and left > 2 * _SOON:
        left = timedelta(minutes=round(left.total_seconds() / 60))
    head = "! Expire bientôt" if left < _SOON else "✓ Encore valable"
    return f"{head} : il reste {in_words(left)}."


class Countdown:
    """Le temps qui reste à une URL, récrit chaque seconde dans un widget HTML."""

    def __init__(self, area: Any) -> None:
        self._area = area
        self._timer: asyncio.TimerHandle | None = None

    def start(self, url: PresignedUrl) -> None:
        """Écrit le temps qui reste à cette URL, à la place de la précédente."""
        self.stop()
        self._tick(url)

    def stop(self) -> None:
        """Efface le temps qui reste."""
        if self._timer:
            self._timer.cancel()
        self._area.value = ""

    def _tick(self, url: PresignedUrl) -> None:
        left = url.time_left()
        # role="timer" : un lecteur d'écran le lit à la demande, sans annoncer chaque seconde.
        self._area.value = (
            f'<p role="timer"><strong>{html.escape(state(url))}</strong></p>'
            f'<progress aria-label="Temps restant" max="{url.lifetime.total_seconds():.0f}" '
            f'value="{left.total_seconds():.0f}"></progress>'
        )
        if left:
            delay = 1 if left < timedelta(hours=1) else 30
            with suppress(RuntimeError):  # hors d'un noyau, personne ne regarde le temps passer
                self._timer = asyncio.get_running_loop().call_later(delay, self._tick, url)
