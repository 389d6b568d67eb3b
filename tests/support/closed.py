"""Fermer un bucket à tous, verrouiller un objet : ce qu'un nettoyage doit savoir défaire."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

from minio import Minio
from minio.retention import Retention


def deny_everything(bucket: str) -> str:
    """Renvoie une politique qui interdit tout à tous, administrateur compris."""
    arn = f"arn:aws:s3:::{bucket}"
    rule = {"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"]}
    rule["Resource"] = [arn, f"{arn}/*"]
    return json.dumps({"Version": "2012-10-17", "Statement": [rule]})


def lock(client: Minio, bucket: str, key: str) -> None:
    """Dépose un objet que nul ne peut supprimer avant un an."""
    until = datetime.now(UTC) + timedelta(days=365)
    client.put_object(
        bucket_name=bucket,
        object_name=key,
        data=io.BytesIO(b"x"),
        length=1,
        retention=Retention("COMPLIANCE", until),
    )
