"""La correction d'un lot dans un ouvrier dask, et ce que le correcteur et lui s'envoient.

Ses tâches ne reçoivent que de quoi joindre le serveur S3 et le numéro d'une copie ; la copie et son
résultat passent par le bucket du lot.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.errors import KitError, ServerError, SettingsError
from helpers.s3 import read_object
from kit_minio.grading.execute.watch import answers
from kit_minio.grading.grader import Grader
from kit_minio.grading.model import Copy, Kept
from kit_minio.grading.version import version_of

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server
    from kit_minio.grading.execute.sandbox.isolation import Isolation
    from kit_minio.grading.settings import Settings


@dataclass(frozen=True)
class Job:
    """Ce qu'un ouvrier doit savoir d'un lot ; ni son texte ni ses clés dask ne disent les secrets.

    Attributes:
        server: le serveur S3, avec les identifiants du correcteur.
        settings: les réglages de la correction.
        bucket: où sont les copies et les résultats.
        version: la version du kit, que l'ouvrier doit avoir.
    """

    server: Server = field(repr=False)
    settings: Settings = field(repr=False)
    bucket: str
    version: str


# --- Le bucket du lot ---------------------------------------------------------------------------


def copy_key(number: int) -> str:
    """Renvoie la clé d'une copie dans le bucket du lot."""
    return f"copies/{number}.json"


def result_key(number: int) -> str:
    """Renvoie la clé du résultat d'une copie dans le bucket du lot."""
    return f"resultats/{number}.json"


def put_json(client: Minio, bucket: str, key: str, value: dict[str, Any]) -> None:
    """Dépose un dictionnaire, en JSON."""
    data = json.dumps(value).encode("ascii")
    client.put_object(
        bucket_name=bucket,
        object_name=key,
        data=io.BytesIO(data),
        length=len(data),
        content_type="application/json",
    )


def get_json(client: Minio, bucket: str, key: str) -> dict[str, Any]:
    """Relit un dictionnaire déposé par ``put_json``."""
    found: dict[str, Any] = json.loads(read_object(client, bucket, key))
    return found


# --- Les tâches ---------------------------------------------------------------------------------

# Une exception du kit ne voyage pas dans un message de dask : une tâche la renvoie en deux phrases.
Refusal = tuple[str, str]
_graders: dict[Job, Grader] = {}
_opening = threading.Lock()


def isolation_of(job: Job) -> Isolation | Refusal:
    """Renvoie le niveau d'isolation d'un ouvrier."""
    try:
        return grader_for(job).isolation
    except KitError as error:
        return _refusal(error)


def grade(job: Job, number: int) -> str | Refusal | None:
    """Corrige une copie du bucket et y dépose son résultat ; renvoie ce qui l'en a empêché."""
    try:
        grader = grader_for(job)
        result = grader.grade(copy_from(get_json(grader.client(), job.bucket, copy_key(number))))
        if _graders.get(job) is not grader:
            return "le lot est interrompu"  # rien à écrire dans un bucket que l'on efface
        put_json(grader.client(), job.bucket, result_key(number), asdict(result))
    except KitError as error:
        return _refusal(error)
    except (S3Error, HTTPError) as error:  # S3Error ne voyage pas non plus
        return type(error).__name__
    return None


def copy_from(stored: dict[str, Any]) -> Copy:
    """Renvoie la copie dont ``asdict`` avait donné ce dictionnaire."""
    notebooks = {
        lesson: nbformat.from_dict(notebook) for lesson, notebook in stored["notebooks"].items()
    }
    kept = {lesson: Kept(**one) for lesson, one in stored["kept"].items()}
    return Copy(**stored | {"notebooks": notebooks, "kept": kept})


def _refusal(error: KitError) -> Refusal:
    from distributed import get_worker

    return f"Ouvrier {get_worker().address} : {error.fact}", error.remedy


def grader_for(job: Job) -> Grader:
    """Renvoie la correction de ce lot dans cet ouvrier ; l'ouvre à la première copie."""
    with _opening:
        if job not in _graders:
            # Le même lot, repris après un arrêt brutal : ce qu'il avait ouvert ne sert plus.
            for other in [
                found for found in _graders if found.settings.label == job.settings.label
            ]:
                _graders.pop(other).close()
            if job.version != version_of(()):
                raise SettingsError(
                    "le kit installé là n'est pas celui qui corrige.",
                    "Installez la même version du kit sur toutes les machines.",
                )
            if not answers(job.server, in_charge=False):
                raise ServerError(
                    f"le serveur S3 n'y répond pas ({job.server.url}).",
                    "Corrigez avec un serveur que toutes les machines atteignent, donné par "
                    "MINIO_ENDPOINT.",
                )
            _graders[job] = Grader(job.settings, server=job.server)
        return _graders[job]


def forget(bucket: str) -> None:
    """Arrête la correction d'un lot dans cet ouvrier."""
    with _opening:
        for job in [found for found in _graders if found.bucket == bucket]:
            grader = _graders.pop(job)
            grader.stop()
            grader.close()
