"""Le dépôt de fichiers : les choisir, vérifier clé et type, suivre l'envoi, l'annuler."""

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, BinaryIO, cast

import traitlets
from minio import Minio
from minio.error import S3Error

from helpers.components import Table
from helpers.errors import ContentError
from helpers.files import guess_type
from helpers.french import size
from helpers.topics.transfers import check_key
from helpers.widgets.parts import Displayed, Live, script, sentence

_PART = 5 * 1024 * 1024  # octets : la plus petite partie que S3 accepte
_PIECE = 1024 * 1024  # octets par message de la page ; Jupyter en refuse plus de 10 Mio
_PATIENCE = 60  # secondes d'attente d'un morceau : au-delà, la page est fermée


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
            f"Dépôt dans « {self.bucket}/{self.prefix} » : "
            "exécutez cette cellule dans JupyterLab, les boutons y paraîtront.",
            f'Sans eux : client.fput_object(bucket_name="{self.bucket}", '
            f'object_name="{self.prefix}photo.jpg", file_path="photo.jpg", '
            'content_type="image/jpeg")',
        ]

    def build(self) -> Any:
        """Renvoie le widget."""
        return _View(self)


upload = Uploader


@dataclass(frozen=True)
class File:
    """Un fichier à déposer ; ``data`` se lit une fois."""

    key: str
    content_type: str
    size: int  # octets
    data: BinaryIO


class Cancelled(Exception):
    """La personne a annulé l'envoi."""


class Transfer:
    """Des dépôts, l'un après l'autre, que ``cancel()`` interrompt sans rien laisser sur le serveur.

    minio-py appelle ``progress.update()`` chaque fois qu'il a lu de quoi envoyer : c'est là que
    l'on annule. Les parties partent une à une, pour qu'aucune ne soit en route quand l'envoi est
    abandonné. ``tell`` reçoit les octets partis.
    """

    def __init__(self, client: Minio, bucket: str, tell: Callable[[int], None]) -> None:
        self._client, self._bucket, self._tell = client, bucket, tell
        self._cancelled = Event()
        self._read = 0

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
        check_key(file.key)
        place: dict[str, Any] = {"bucket_name": self._bucket, "object_name": file.key}
        replaced = self._exists(place)
        written = self._client.put_object(
            **place,
            data=file.data,
            length=file.size,
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
        self._tell(file.size)
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
        self._read = 0

    def update(self, length: int) -> None:
        """Note que des octets vont partir : les précédents sont arrivés."""
        self._stop_if_cancelled()
        self._tell(self._read)
        self._read += length


class _FromPage:
    """Un fichier de la page, lu peu à peu : ni le noyau ni un message ne le porte en entier."""

    def __init__(self, ask: Callable[[int, int], None]) -> None:
        self._ask = ask
        self._start = 0
        self.pieces = SimpleQueue[bytes]()

    def read(self, length: int) -> bytes:
        """Renvoie les octets suivants, demandés à la page."""
        self._ask(self._start, self._start + min(length, _PIECE))
        try:
            piece = self.pieces.get(timeout=_PATIENCE)
        except Empty:
            piece = b""
        if not piece:
            raise ContentError.of("uploader.page")
        self._start += len(piece)
        return piece


class _View(Live):
    """Le widget : ``files`` est la liste choisie, ``sending`` le fichier qui part.

    L'envoi se fait dans un fil : le noyau reste libre d'entendre la page, qui donne les octets.
    """

    _esm = script("uploader")
    place = traitlets.Unicode().tag(sync=True)
    files: Any = traitlets.List().tag(sync=True)
    sending = traitlets.Dict().tag(sync=True)

    def __init__(self, uploader: Uploader) -> None:
        super().__init__()
        self._uploader = uploader
        self.place = f"{uploader.bucket}/{uploader.prefix}"

    def do_choose(self, chosen: list[dict[str, Any]]) -> None:
        prefix = self._uploader.prefix
        for file in chosen:
            file |= {"key": f"{prefix}{file['name']}", "content_type": guess_type(file["name"])}
            file |= {"shown": size(file["size"]), "said": ""}
        self.files = chosen

    def do_send(self, wanted: list[dict[str, str]]) -> None:
        if self.sending:
            return
        self.files = [file | wish for file, wish in zip(self.files, wanted, strict=True)]
        self._rank = 0
        self._transfer = Transfer(self._uploader.client, self._uploader.bucket, self._tell)
        self._tell(0)
        Thread(target=self._run, name="kit-upload", daemon=True).start()

    def do_cancel(self) -> None:
        self._transfer.cancel()

    def do_piece(self, piece: bytes = b"") -> None:
        self._incoming.pieces.put(piece)

    def _run(self) -> None:
        """Envoie les fichiers qui ne le sont pas encore, et dit ce qu'il en est de chacun."""
        with self.explained():
            for rank, file in enumerate(self.files):
                if file["said"].startswith("✓"):
                    continue
                self._rank = rank
                self._incoming = _FromPage(self._want)
                what = (file["key"], file["content_type"], file["size"])
                said = self._transfer.send(File(*what, cast(BinaryIO, self._incoming)))
                self.files = [*self.files[:rank], file | {"said": said}, *self.files[rank + 1 :]]
        self.sending = {}

    def _want(self, start: int, end: int) -> None:
        self.send({"want": self._rank, "start": start, "end": end})

    def _tell(self, sent: int) -> None:
        total = self.files[self._rank]["size"]
        text = f"{size(sent)} sur {size(total)}"
        self.sending = {"rank": self._rank, "sent": sent, "total": total, "text": text}
