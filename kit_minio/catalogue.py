"""Le français de JupyterLab, complété : ce que son module de langue ne traduit pas, ou mal.

Ses phrases viennent de deux endroits : le navigateur les demande au serveur d'un seul bloc, et le
serveur traduit lui-même les menus. Le module de langue ne laisse pas un autre paquet l'enrichir :
sa version n'en est pas une, et JupyterLab, qui la compare, échoue.
"""

from __future__ import annotations

import gettext
import json
from functools import wraps
from pathlib import Path

_LOCALE, _DOMAIN = "fr_FR", "jupyterlab"


def phrases() -> dict[str, list[str]]:
    """Renvoie les traductions du kit, par phrase anglaise : au singulier, puis au pluriel."""
    path = Path(__file__).parent / "locale" / "fr" / "jupyterlab.json"
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


class _Menus(gettext.NullTranslations):
    """Les phrases du kit, pour les menus que le serveur traduit."""

    def pgettext(self, context: str, message: str) -> str:
        return phrases().get(f"{context}\x04{message}", [message])[0]


def complete() -> None:
    """Ajoute les phrases du kit au français de JupyterLab, dans ce processus."""
    from jupyterlab_server import settings_utils, translation_utils, translations_handler

    pack = translation_utils.get_language_pack
    update = translation_utils.TranslationBundle.update_locale

    @wraps(pack)
    def completed(locale_: str) -> tuple[dict[str, dict[str, list[str]]], str]:
        data, message = pack(locale_)
        if locale_ == _LOCALE and _DOMAIN in data:
            data[_DOMAIN] |= phrases()
        return data, message

    @wraps(update)
    def updated(self: translation_utils.TranslationBundle, locale_: str) -> None:
        update(self, locale_)
        if locale_ == _LOCALE and self._domain == _DOMAIN:
            self._translator.add_fallback(_Menus())

    # Pour les menus, le serveur ne lit pas nos réglages par défaut : il prend la langue du système.
    settings_utils.SYS_LOCALE = _LOCALE  # type: ignore[attr-defined]
    translations_handler.get_language_pack = completed  # type: ignore[attr-defined]
    translation_utils.TranslationBundle.update_locale = updated  # type: ignore[method-assign]
