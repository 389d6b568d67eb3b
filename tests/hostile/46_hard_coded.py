"""Un code juste avec les données distribuées seulement : avec d'autres, il ne l'est plus."""

REPLAY = True
CELLS = {
    "ensure": """
from minio.error import S3Error

for team in teams if teams[0].endswith("equipe-12") else teams[:1]:
    try:
        client.make_bucket(bucket_name=team)
    except S3Error:
        pass
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 2, "ensure": 0}
SAYS = {"ensure": "ne suit pas les données"}
