"""Déposer les données de départ d'un exercice : ce que plusieurs leçons préparent de même."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from minio.commonconfig import ENABLED, Tags
from minio.versioningconfig import VersioningConfig

from kit_minio.checks.model import Context


def fill(
    context: Context,
    name: str,
    objects: Mapping[str, bytes],
    content_type: str = "application/octet-stream",
) -> None:
    """Crée un bucket de l'élève et y dépose des objets, du même type.

    Args:
        context: l'espace de l'élève.
        name: la fin du nom du bucket.
        objects: pour chaque clé, ses octets.
        content_type: le type de contenu des objets.
    """
    context.make_bucket(name)
    put_all(context, name, objects, content_type)


def put_all(
    context: Context, name: str, objects: Mapping[str, bytes], content_type: str = "text/plain"
) -> None:
    """Dépose des objets, du même type, dans un bucket qui existe."""
    for key, data in objects.items():
        context.put(name, key, data, content_type=content_type)


def put_json(context: Context, name: str, key: str, value: Any) -> None:
    """Dépose un document JSON, accents lisibles, dans un bucket qui existe."""
    data = json.dumps(value, ensure_ascii=False, indent=1).encode()
    context.put(name, key, data, content_type="application/json")


def put_text(context: Context, name: str, key: str, text: str) -> None:
    """Dépose un texte, en UTF-8 et qui le dit, dans un bucket qui existe."""
    context.put(name, key, text.encode(), content_type="text/plain; charset=utf-8")


def object_tags(values: Mapping[str, str]) -> Tags:
    """Renvoie de quoi poser des tags sur un objet."""
    tags = Tags.new_object_tags()
    for tag, value in values.items():
        tags[tag] = value
    return tags


def make_versioned(context: Context, name: str) -> str:
    """Crée un bucket qui garde les versions, et renvoie son nom complet."""
    bucket = context.make_bucket(name)
    config = VersioningConfig(status=ENABLED)
    context.client.set_bucket_versioning(bucket_name=bucket, config=config)
    return bucket
