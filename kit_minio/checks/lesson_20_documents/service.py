"""Exercice 4 : le service entier, jugé du dehors, étape par étape.

Ce que la vérification y a fait ajouter est retiré à la fin de chaque étape.
"""

from __future__ import annotations

from collections.abc import Callable

from minio.lifecycleconfig import LifecycleConfig

from kit_minio.checks.lesson_20_documents import documents, partitions, upkeep
from kit_minio.checks.lesson_20_documents.people import prepare_tokens
from kit_minio.checks.model import Context, Review
from kit_minio.checks.routes import require

# Chaque étape : ce qu'elle vérifie, sa route, ses points.
STEPS: tuple[tuple[str, str, float, Callable[[Context], None]], ...] = (
    ("santé", "GET /health", 1, upkeep.health),
    ("identité", "", 1, partitions.identity),
    ("dépôt", "POST /documents", 2, documents.depositing),
    ("lecture", "GET /documents/{id}", 1, documents.listing),
    ("lien", "POST /documents/{id}/link", 1, documents.lending),
    ("sauvegarde", "POST /backup", 1, upkeep.saving),
    ("conservation", "PUT /retention", 1, upkeep.keeping_time),
    ("cloisons", "GET /documents/{id}", 1, partitions.isolation),
)


def prepare_service(context: Context) -> None:
    """Dépose les jetons, et crée les buckets du service."""
    prepare_tokens(context, "comptes")
    context.make_bucket(documents.BUCKET)
    context.make_bucket(upkeep.BACKUPS)


def verify_service(context: Context) -> None:
    """Passe toutes les étapes, et dit la première qui manque."""
    points, passed = 0.0, []
    failures: list[tuple[str, Review]] = []
    keys = {name: set(context.keys(name)) for name in (documents.BUCKET, upkeep.BACKUPS)}
    rules = context.client.get_bucket_lifecycle(bucket_name=context.bucket(documents.BUCKET))
    for name, route, worth, step in STEPS:
        try:
            if route:
                require(context, route)
            step(context)
        except Review as failed:
            failures.append((name, failed))
            points += min(failed.points, worth)
            continue
        finally:
            _put_back(context, keys, rules)
        points += worth
        passed.append(name)
    if failures:
        name, first = failures[0]
        done = f" Étapes réussies : {', '.join(passed)}." if passed else ""
        raise Review(
            f"Étape « {name} ». {first.message}{done}",
            found=first.found,
            expected=first.expected,
            points=points,
        )


def _put_back(context: Context, keys: dict[str, set[str]], rules: LifecycleConfig | None) -> None:
    """Retire ce que la vérification a fait ajouter : documents, copies, règles."""
    for name, before in keys.items():
        for key in set(context.keys(name)) - before:
            context.client.remove_object(bucket_name=context.bucket(name), object_name=key)
    bucket = context.bucket(documents.BUCKET)
    if rules:
        context.client.set_bucket_lifecycle(bucket_name=bucket, config=rules)
    else:
        context.client.delete_bucket_lifecycle(bucket_name=bucket)
