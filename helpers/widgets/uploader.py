"""Le dépôt de fichiers : les choisir, vérifier clé et type, suivre l'envoi, l'annuler."""

import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import ipywidgets as w
from minio import Minio
from minio.error import S3Error

from helpers.display import Table
from helpers.files import guess_type
from helpers.french import size
from helpers.widgets.parts import (
    WHOLE_LABEL,
    WRAP,
    Displayed,
    button,
    explained,
    paragraph,
    sentence,
)

_PART = 5 * 1024 * 1024  # octets : la plus petite partie que S3 accepte

# Un message trop long coupe la liaison avec le noyau, sans un mot. La limite de Jupyter est de
# 10 Mio ; celle du kit est réglée dans kit_minio/jupyter/jupyter_server_config.json.
_LIMIT = (
    "Au plus 100 Mio à la fois (10 Mio dans un autre JupyterLab que celui du kit) ; "
    "au-delà : client.fput_object()."
)


@dataclass(repr=False)
class Uploader(Displayed):
    """De quoi déposer des fichiers de son ordinateur : ``upload(client, bucket)``.

    Hors de JupyterLab, le texte dit comment s'en passer.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket où les déposer.
        prefix: le début des clés, par exemple ``"photos/"``.
    """

    client: Minio
    bucket: str
    prefix: str = ""

    def summary(self) -> list[str | Table]:
        """Renvoie où vont les fichiers, et l'appel qui fait la même chose sans bouton."""
        return [
            f"Dépôt dans « {self.bucket}/{self.prefix} » : les boutons sont dans JupyterLab.",
            f'Sans eux : client.fput_object(bucket_name="{self.bucket}", '
            f'object_name="{self.prefix}photo.jpg", file_path="photo.jpg", '
            'content_type="image/jpeg")',
        ]

    def build(self) -> Any:
        """Renvoie le widget."""
        return _View(self).box


upload = Uploader


@dataclass(frozen=True)
class File:
    """Un fichier à déposer."""

    key: str
    content_type: str
    data: bytes | memoryview


class Cancelled(Exception):
    """La personne a annulé l'envoi."""


class Transfer:
    """Des dépôts, l'un après l'autre, que ``cancel()`` interrompt sans rien laisser sur le serveur.

    minio-py demande ``progress.update()`` avant d'envoyer chaque partie : c'est là que l'on annule.
    Les parties partent une à une, pour qu'aucune ne soit en route quand l'envoi est abandonné.
    ``tell`` reçoit la clé en cours, les octets partis et la taille.
    """

    def __init__(self, client: Minio, bucket: str, tell: Callable[[str, int, int], None]) -> None:
        self._client, self._bucket, self._tell = client, bucket, tell
        self._cancelled = Event()
        self._key, self._read, self._total = "", 0, 0

    def cancel(self) -> None:
        """Demande l'arrêt ; l'envoi en cours s'arrête à la fin de la partie qui est en route."""
        self._cancelled.set()

    def send(self, file: File) -> str:
        """Dépose un fichier et renvoie, en une phrase, ce qu'il en est ; ne lève rien."""
        try:
            return self._send(file)
        except Cancelled:
            return "– Annulé : rien n'est resté sur le serveur."
        except Exception as error:  # noqa: BLE001 - montrée en français
            return sentence(error)

    def _send(self, file: File) -> str:
        self._stop_if_cancelled()
        if not file.key:
            return "✗ Il manque la clé de ce fichier."
        place: dict[str, Any] = {"bucket_name": self._bucket, "object_name": file.key}
        replaced = self._exists(place)
        written = self._client.put_object(
            **place,
            data=io.BytesIO(file.data),
            length=len(file.data),
            content_type=file.content_type,
            progress=self,
            part_size=_PART,
            num_parallel_uploads=1,
        )
        if self._cancelled.is_set():
            if replaced and not written.version_id:
                return "! Annulé trop tard : l'objet de même clé est déjà remplacé."
            self._client.remove_object(**place, version_id=written.version_id)
            raise Cancelled
        self._tell(file.key, len(file.data), len(file.data))
        return "✓ Déposé, à la place de l'objet de même clé." if replaced else "✓ Déposé."

    def _exists(self, place: dict[str, Any]) -> bool:
        try:
            self._client.stat_object(**place)
        except S3Error:
            # Une vraie erreur se dira mieux au dépôt : celle-ci n'a ni message ni code précis.
            return False
        return True

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    # Ce que minio-py attend de ``progress=``.

    def set_meta(self, object_name: str, total_length: int) -> None:
        """Commence un objet."""
        self._key, self._read, self._total = object_name, 0, total_length

    def update(self, length: int) -> None:
        """Note qu'une partie va partir : les précédentes sont arrivées."""
        self._stop_if_cancelled()
        self._tell(self._key, self._read, self._total)
        self._read += length


class _View:
    """Le widget : le choix des fichiers, une ligne pour chacun, l'avancement, le résultat."""

    def __init__(self, place: Uploader) -> None:
        self._place = place
        self._transfer = Transfer(place.client, place.bucket, self._progress)
        self._contents: list[memoryview] = []
        self._picker = w.FileUpload(
            multiple=True, description="Choisir des fichiers", layout={"width": "max-content"}
        )
        self._fields = w.VBox()
        self._send = button("Déposer", "upload", self._start, disabled=True)
        self._cancel = button("Annuler", "stop", self._stop, disabled=True)
        self._bar, self._error, self._result = w.HTML(), w.HTML(), w.HTML()
        where = html.escape(f"{place.bucket}/{place.prefix}")
        title = w.HTML(f"Dépôt dans <strong>{where}</strong>")
        top = [title, self._picker, w.HTML(paragraph(_LIMIT)), self._fields]
        buttons = w.HBox([self._send, self._cancel])
        self.box = w.VBox([*top, buttons, self._bar, self._error, self._result])
        self._picker.observe(self._choose, "value")

    def _choose(self, change: Any) -> None:
        """Montre une ligne par fichier choisi : clé et type, que l'on peut corriger."""
        if not change["new"]:
            return
        with explained(self._error):
            self._result.value = self._bar.value = ""
            self._contents = [file["content"] for file in change["new"]]
            self._fields.children = [
                self._line(file["name"], len(file["content"])) for file in change["new"]
            ]
            self._send.disabled = False

    def _line(self, name: str, length: int) -> Any:
        fields = (
            ("Clé", f"{self._place.prefix}{name}", "360px"),
            ("Type", guess_type(name), "260px"),
        )
        texts = [
            w.Text(description=label, value=value, style=WHOLE_LABEL, layout={"width": width})
            for label, value, width in fields
        ]
        return w.HBox([*texts, w.Label(size(length))], layout=WRAP)

    def _start(self) -> None:
        """Commence l'envoi dans un fil : le noyau reste libre d'entendre « Annuler »."""
        with explained(self._error):
            files = [
                File(line.children[0].value, line.children[1].value, data)
                for line, data in zip(self._fields.children, self._contents, strict=True)
            ]
            self._transfer = Transfer(self._place.client, self._place.bucket, self._progress)
            self._picker.disabled = self._send.disabled = True
            self._cancel.disabled = False
            self._cancel.focus()
            self._result.value = ""
            Thread(target=self._run, args=(files,), name="kit-upload", daemon=True).start()

    def _stop(self) -> None:
        self._transfer.cancel()
        self._cancel.disabled = True
        self._bar.value = paragraph("Annulation en cours…", "status")

    def _run(self, files: Sequence[File]) -> None:
        """Envoie les fichiers, puis montre ce qu'il en est de chacun."""
        with explained(self._error):
            said = [self._transfer.send(file) for file in files]
            rows = [
                [file.key, size(len(file.data)), file.content_type, outcome]
                for file, outcome in zip(files, said, strict=True)
            ]
            table = Table(["Clé", "Taille", "Type", "Résultat"], rows)
            self._result.value = f'<div role="status">{table._repr_html_()}</div>'
            # Ce qui n'est pas arrivé reste prêt à repartir.
            left = [rank for rank, outcome in enumerate(said) if not outcome.startswith("✓")]
            self._contents = [self._contents[rank] for rank in left]
            self._fields.children = [self._fields.children[rank] for rank in left]
            if not left:
                self._picker.value = ()
        self._bar.value = ""
        self._send.disabled = not self._contents
        self._cancel.disabled, self._picker.disabled = True, False
        (self._send if self._contents else self._picker).focus()

    def _progress(self, key: str, sent: int, total: int) -> None:
        name = html.escape(key)
        self._bar.value = (
            f'<progress aria-label="Envoi de {name}" max="{max(total, 1)}" value="{sent}">'
            f"</progress>{paragraph(f'{key} : {size(sent)} sur {size(total)}')}"
        )
