"""Le retour d'une correction, ouvert dans le notebook de l'étudiant."""

from __future__ import annotations

import html

from minio.error import S3Error

from helpers import server as servers
from helpers.components import Card
from helpers.french import moment
from helpers.s3 import client_for, read_object
from kit_minio.classroom.entrance import FEEDBACK
from kit_minio.classroom.hand_in import current_room

_MOST = 8 * 2**20  # octets


class Page:
    """Une page de retour : dans un notebook, un cadre où rien ne s'exécute ; ailleurs, une phrase.

    Args:
        page: le HTML de la page.
        when: quand elle a été rendue, en français.
    """

    def __init__(self, page: str, when: str) -> None:
        self.page = page
        self.when = when

    def __repr__(self) -> str:
        return f"Retour rendu le {self.when} : il s'affiche dans JupyterLab ou VS Code."

    def _repr_html_(self) -> str:
        return (
            f"<p>Retour rendu le {html.escape(self.when)}.</p>"
            # Comme une carte : par sa classe, la page suit le thème de JupyterLab.
            '<iframe sandbox class="kit" title="Retour de la correction" '
            f'srcdoc="{html.escape(self.page)}" '
            'style="width: 100%; height: 70vh; border: 1px solid #767f8c; border-radius: 6px">'
            "</iframe>"
        )


def feedback(lesson: str) -> Page | Card:
    """Renvoie le dernier retour d'une leçon, ou la carte qui dit qu'il n'y en a pas encore.

    Args:
        lesson: le numéro de la leçon, ``"01"``.

    Raises:
        SettingsError: ce kit n'est dans aucune classe.
    """
    room = current_room()
    client = client_for(servers.ensure())
    key = f"{FEEDBACK}{lesson}.html"
    try:
        found = client.stat_object(bucket_name=room, object_name=key)
        page = read_object(client, room, key, most=_MOST).decode("utf-8", "replace")
    except S3Error as error:
        if error.code != "NoSuchKey":
            raise
        sentence = "L'enseignant n'a pas encore rendu de retour pour cette leçon."
        return Card("à faire", f"Leçon {lesson}", (sentence,))
    return Page(page, moment(found.last_modified))
