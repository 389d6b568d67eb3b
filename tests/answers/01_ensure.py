SECOND = """
existing = {bucket.name for bucket in client.list_buckets()}
for team in set(teams) - existing:
    client.make_bucket(bucket_name=team)
"""

WRONG = {
    "s'arrête à la première erreur": (
        """
from minio.error import S3Error

try:
    for team in sorted(teams, key=lambda name: client.bucket_exists(bucket_name=name))[1:]:
        client.make_bucket(bucket_name=team)
except S3Error:
    pass
""",
        "La boucle ne va pas au bout",
    ),
    "supprime puis recrée": (
        """
from helpers import remove_bucket

for team in teams:
    remove_bucket(client, team)
    client.make_bucket(bucket_name=team)
""",
        "a disparu. tp.ensure.reset()",
    ),
    "efface le travail": (
        """
for team in teams:
    if client.bucket_exists(bucket_name=team):
        client.remove_object(bucket_name=team, object_name="travail.txt")
    else:
        client.make_bucket(bucket_name=team)
""",
        "Le travail d'une équipe, dont le bucket existait déjà, a disparu",
    ),
}
