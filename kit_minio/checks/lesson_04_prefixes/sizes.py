"""Des buckets dont les objets ne comptent que par leur clé et leur taille."""

from __future__ import annotations

from collections.abc import Mapping

from kit_minio.checks.expectations import destroyed, expect_intact
from kit_minio.checks.model import Context
from kit_minio.checks.preparation import fill


def fill_sizes(context: Context, name: str, sizes: Mapping[str, int]) -> None:
    """Crée un bucket et y dépose, pour chaque clé, un objet de cette taille, en octets."""
    fill(context, name, {key: b"x" * octets for key, octets in sizes.items()})


def expect_sizes(context: Context, name: str, sizes: Mapping[str, int]) -> None:
    """S'assure qu'un bucket de départ contient ces objets, de ces tailles, et eux seuls."""
    expect_intact(context, name, {})
    bucket = context.bucket(name)
    listing = context.client.list_objects(bucket_name=bucket, recursive=True)
    if {item.object_name: item.size for item in listing} != sizes:
        raise destroyed(context, f"Le contenu du bucket « {name} » n'est plus celui du départ.")
