"""Exercice 4, étapes santé, sauvegarde et conservation."""

from __future__ import annotations

from datetime import UTC, datetime

from kit_minio.checks.exchanges import shown
from kit_minio.checks.expectations import expect_object, tags_of
from kit_minio.checks.lesson_20_documents.backup import expect_copies, expect_tags
from kit_minio.checks.lesson_20_documents.documents import BUCKET, deposit
from kit_minio.checks.lesson_20_documents.people import as_user, home, people
from kit_minio.checks.lesson_20_documents.retention import retention_of
from kit_minio.checks.model import Context, Review
from kit_minio.checks.routes import ask, call, expect_values, reading

BACKUPS = "sauvegardes"


def health(context: Context) -> None:
    """Demande si le service va bien."""
    expect_values(call(context, "GET", "/health", 200), status="ok")


def saving(context: Context) -> None:
    """Fait sauvegarder les documents de l'un, et regarde les copies."""
    user, neighbour = people(context)
    mine = [deposit(context, user) for _ in range(3)]
    deposit(context, neighbour)
    bucket = context.bucket(BUCKET)
    found = context.client.list_objects(bucket_name=bucket, prefix=home(user), recursive=True)
    expected = sorted(item.object_name or "" for item in found)
    before, kept = set(context.keys(BACKUPS)), context.keys(BUCKET)
    days = {f"{datetime.now(UTC):%Y-%m-%d}"}
    said = call(context, "POST", "/backup", 200, headers=as_user(context, user))
    days.add(f"{datetime.now(UTC):%Y-%m-%d}")
    expect_copies(user, set(context.keys(BACKUPS)) - before, sorted(set(expected) - before))
    expect_values(said, copied=len(expected))
    if context.keys(BUCKET) != kept:
        raise Review("La sauvegarde a changé le bucket des documents : elle les copie, sans plus.")
    for document in mine:
        expect_object(
            context,
            BACKUPS,
            document.key,
            data=document.data,
            content_type=document.mime,
            metadata={"titre": document.title},
        )
        day = tags_of(context, BACKUPS, document.key).get("sauvegarde", "")
        day = day if day in days else max(days)
        expect_tags(context, BACKUPS, document.key, {"nature": document.kind, "sauvegarde": day})
        if tags_of(context, BUCKET, document.key) != {"nature": document.kind}:
            raise Review("La sauvegarde a changé les tags d'un original : seule la copie en a un.")


def keeping_time(context: Context) -> None:
    """Règle la durée de deux personnes, et change d'avis."""
    user, neighbour = people(context)
    wishes = retention_of(context, BUCKET)
    for who, days in ((user, 30), (neighbour, 90), (user, 1)):
        path = f"/retention?days={days}"
        said = call(context, "PUT", path, 200, headers=as_user(context, who))
        expect_values(said, days=days)
        wishes[home(who)] = days
        found = retention_of(context, BUCKET)
        if found != wishes:
            raise Review(
                "Les règles du bucket ne sont pas celles que les utilisateurs ont demandées.",
                found=shown(found),
                expected=shown(wishes),
            )
    for days in (0, -3):
        path = f"/retention?days={days}"
        reply = ask(context, "PUT", path, headers=as_user(context, user))
        if reply.status != 422 or retention_of(context, BUCKET) != wishes:
            raise Review(
                f"Une durée nulle ou négative n'est pas refusée : {reading(reply, 'PUT', '422')}.",
                found=f"days={days} : {reply.said}",
                expected="422, et des règles inchangées",
            )
