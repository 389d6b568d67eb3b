"""L'histoire d'une clé : ses versions, ses marqueurs de suppression, et leurs textes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.s3 import read_object
from kit_minio.checks.expectations import bucket_lost
from kit_minio.checks.model import Context

Steps = Mapping[str, Sequence[str | None]]  # par clé, des textes ; None : une suppression


def put_history(context: Context, name: str, steps: Steps, content_type: str) -> None:
    """Dépose et supprime, dans l'ordre, ce que dit une histoire."""
    for key, texts in steps.items():
        for text in texts:
            if text is None:
                context.client.remove_object(bucket_name=context.bucket(name), object_name=key)
            else:
                context.put(name, key, text.encode(), content_type=content_type)


def history_of(context: Context, name: str, key: str) -> list[Any]:
    """Renvoie les versions d'une clé, les plus récentes d'abord, puis ses marqueurs.

    Raises:
        Review: le bucket n'existe plus.
    """
    bucket = context.bucket(name)
    if not context.client.bucket_exists(bucket_name=bucket):
        raise bucket_lost(context, name)
    found = context.client.list_objects(
        bucket_name=bucket, prefix=key, recursive=True, include_version=True
    )
    return [item for item in found if item.object_name == key]


def texts_of(context: Context, name: str, key: str, most: int = 20) -> list[str]:
    """Renvoie les textes des versions d'une clé, les plus récentes d'abord."""
    versions = [item for item in history_of(context, name, key) if not item.is_delete_marker]
    client, bucket = context.client, context.bucket(name)
    return [
        read_object(client, bucket, key, most=10_000, version_id=item.version_id).decode(
            errors="replace"
        )
        for item in versions[:most]
    ]
