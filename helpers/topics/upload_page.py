"""Une page de dépôt : le navigateur envoie le fichier droit au serveur S3, sans passer par l'API.

La page (``upload_page.html``) demande une URL à l'API, puis y envoie le fichier. L'API ne voit
jamais les octets : elle choisit la clé, signe, et vérifie après coup ce qui est arrivé.
"""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse
from minio import Minio
from minio.error import S3Error
from pydantic import BaseModel

from helpers.components import FOLDER
from helpers.french import size
from helpers.serving import url_for

PAGE = Path(__file__).with_suffix(".html")
# Les types acceptés, et la fin des clés.
TYPES = {"image/jpeg": ".jpg", "image/png": ".png", "video/mp4": ".mp4"}
MAX_SIZE = 100 * 1024 * 1024  # octets
_TO_SEND = timedelta(minutes=10)
_TO_SEE = timedelta(minutes=5)


class Wish(BaseModel):
    """Le fichier que l'on voudrait déposer."""

    content_type: str
    size: int  # octets


def upload_app(client: Minio, bucket: str) -> FastAPI:
    """Renvoie l'application : la page, et les deux routes dont elle a besoin.

    L'adresse du client est celle que voit le navigateur ; le bucket existe.
    """
    app = FastAPI(title="Dépôt de fichiers")

    @app.get("/")
    def page() -> FileResponse:
        return FileResponse(PAGE, media_type="text/html; charset=utf-8")

    @app.get("/sheet.css")
    def sheet() -> FileResponse:
        return FileResponse(FOLDER / "sheet.css")

    @app.post("/uploads", status_code=201)
    def ask(wish: Wish, request: Request) -> dict[str, str]:
        if wish.content_type not in TYPES:
            raise HTTPException(415, "Ce type de fichier n'est pas accepté.")
        if not 0 < wish.size <= MAX_SIZE:
            raise HTTPException(413, f"Le fichier doit peser de 1 o à {size(MAX_SIZE)}.")
        # La clé est tirée au hasard : le nom donné par un inconnu n'entre pas dans le bucket.
        key = f"{uuid.uuid4().hex}{TYPES[wish.content_type]}"
        url = client.presigned_put_object(bucket_name=bucket, object_name=key, expires=_TO_SEND)
        return {"key": key, "url": url_for(request, url)}

    @app.get("/uploads/{key}")
    def see(key: str, request: Request) -> dict[str, Any]:
        try:
            found = client.stat_object(bucket_name=bucket, object_name=key)
        except S3Error as error:
            if error.code == "NoSuchKey":
                raise HTTPException(404, "Aucun fichier déposé sous cette clé.") from None
            raise
        # L'URL de dépôt ne limitait ni la taille ni le type : on vérifie ce qui est là.
        if (found.size or 0) > MAX_SIZE or found.content_type not in TYPES:
            client.remove_object(bucket_name=bucket, object_name=key)
            raise HTTPException(422, "Le fichier reçu n'est pas celui annoncé : il est supprimé.")
        url = client.presigned_get_object(bucket_name=bucket, object_name=key, expires=_TO_SEE)
        facts = {"key": key, "size": found.size, "content_type": found.content_type}
        return facts | {"url": url_for(request, url)}

    return app
