"""La sortie d'une cellule, dans le noyau de la copie."""

from __future__ import annotations

from ipykernel.iostream import OutStream

_MAX_WAITING = 1024 * 1024  # caractères écrits avant d'attendre leur envoi


class Output(OutStream):
    """Une sortie qui ne remplit pas la mémoire : un flot y attend d'être envoyé.

    Celle de ipykernel garde tout ce qu'une cellule écrit entre deux envois, et ils sont rares quand
    elle écrit sans cesse : la copie mourait tantôt de ses affichages, tantôt de sa mémoire.
    """

    _waiting = 0

    def write(self, string: str) -> int:
        """Écrit ce texte ; renvoie son nombre de caractères."""
        self._waiting += len(string)
        written = super().write(string) or 0
        if self._waiting > _MAX_WAITING:
            self.flush()
        return written

    def flush(self) -> None:
        """Attend que tout soit envoyé ; ipykernel le demande quatre fois par cellule."""
        if self._waiting:
            self._waiting = 0
            super().flush()  # type: ignore[no-untyped-call]
