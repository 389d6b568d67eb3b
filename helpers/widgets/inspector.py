"""L'inspecteur d'URL présignée : ce que dit chaque partie, et le temps qui reste.

Dans JupyterLab, le temps qui reste se voit diminuer et l'on peut coller une autre URL. Ailleurs, et
dans un notebook enregistré, il reste le texte : ``print(inspect_url(url))``.
"""

from __future__ import annotations

import asyncio
import html
from datetime import timedelta
from typing import Any

from helpers.errors import ContentError
from helpers.french import in_words, moment
from helpers.topics.presigned import PresignedUrl, explain_url, read_url
from helpers.widgets.parts import framed

_SOON = timedelta(minutes=1)


def inspect_url(url: str = "") -> Inspector:
    """Montre une URL présignée, partie par partie, et le temps qu'il lui reste.

    Args:
        url: l'URL à examiner ; dans JupyterLab, elle peut être collée plus tard.
    """
    return Inspector(url)


class Inspector:
    """Une URL sous la loupe : un widget dans JupyterLab, du texte ailleurs.

    Args:
        url: l'URL à examiner.
    """

    def __init__(self, url: str = "") -> None:
        self.url = url

    def __repr__(self) -> str:
        try:
            return f"{explain_url(self.url)}\n\n{state(read_url(self.url), rounded=True)}"
        except ContentError as error:
            return str(error)

    def _repr_html_(self) -> str:
        try:
            sentence = html.escape(state(read_url(self.url), rounded=True))
            return f"{explain_url(self.url)._repr_html_()}\n<p>{sentence}</p>"
        except ContentError as error:
            return f"<p>{html.escape(str(error))}</p>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        texts = {"text/plain": repr(self), "text/html": self._repr_html_()}
        return _Panel(self.url).box._repr_mimebundle_() | texts


def state(url: PresignedUrl, *, rounded: bool = False) -> str:
    """Dit en une phrase si l'URL est encore valable, et pour combien de temps.

    Args:
        url: l'URL décomposée.
        rounded: arrondit à la minute au-delà de deux minutes.
    """
    left = url.time_left()
    if not left:
        return f"✗ Expirée le {moment(url.expires_at)}."
    if rounded and left > 2 * _SOON:
        left = timedelta(minutes=round(left.total_seconds() / 60))
    head = "! Expire bientôt" if left < _SOON else "✓ Encore valable"
    return f"{head} : il reste {in_words(left)}."


class _Panel:
    """Le widget : un champ, l'état qui change avec le temps, le tableau des parties."""

    def __init__(self, url: str) -> None:
        import ipywidgets

        self._field = ipywidgets.Text(
            value=url,
            description="URL présignée",
            placeholder="Collez une URL, puis Entrée",
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self._state = ipywidgets.HTML()
        self._parts = ipywidgets.HTML()
        self.box = framed(self._field, self._state, self._parts)
        self._timer: asyncio.TimerHandle | None = None
        self._field.observe(lambda _: self._show(), "value")
        self._show()

    def _show(self) -> None:
        """Montre l'URL du champ, ou ce qui l'empêche d'être lue."""
        if self._timer:
            self._timer.cancel()
        self._state.value = self._parts.value = ""
        if not self._field.value.strip():
            return
        try:
            url, table = read_url(self._field.value), explain_url(self._field.value)
        except ContentError as error:
            self._state.value = f'<p role="alert">✗ {html.escape(str(error))}</p>'
            return
        self._parts.value = f'<div style="overflow-x: auto">{table._repr_html_()}</div>'
        self._tick(url)

    def _tick(self, url: PresignedUrl) -> None:
        """Met à jour le temps qui reste, et se rappelle tant qu'il en reste."""
        left = url.time_left()
        # role="timer" : un lecteur d'écran le lit à la demande, sans annoncer chaque seconde.
        self._state.value = (
            f'<p role="timer"><strong>{html.escape(state(url))}</strong></p>'
            f'<progress aria-label="Temps restant" style="width: 100%"'
            f' max="{url.lifetime.total_seconds():.0f}" value="{left.total_seconds():.0f}">'
            f"</progress>"
        )
        if left:
            delay = 1 if left < timedelta(hours=1) else 30
            try:
                self._timer = asyncio.get_running_loop().call_later(delay, self._tick, url)
            except RuntimeError:
                self._timer = None  # hors d'un noyau, personne ne regarde le temps passer
