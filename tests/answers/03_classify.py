SECOND = """
from datetime import date

from minio.commonconfig import Tags


def season(month):
    if month in (12, 1, 2):
        return "hiver"
    if month < 6:
        return "printemps"
    return "ete" if month < 9 else "automne"


for key in keys:
    old = client.get_object_tags(bucket_name=photos, object_name=key)
    stat = client.stat_object(bucket_name=photos, object_name=key)
    taken = date.fromisoformat(stat.metadata.get("X-Amz-Meta-Prise-Le"))
    tags = Tags.new_object_tags()
    tags["saison"] = season(taken.month)
    tags["equipe"] = old["equipe"]
    client.set_object_tags(bucket_name=photos, object_name=key, tags=tags)
"""

_LOOP = """
from minio.commonconfig import REPLACE, CopySource, Tags

for key in keys[:{count}]:
    stat = client.stat_object(bucket_name=photos, object_name=key)
    month = int(stat.metadata["x-amz-meta-prise-le"][5:7])
    tags = {tags}
    tags["saison"] = {season}
    client.set_object_tags(bucket_name=photos, object_name=key, tags=tags)
"""


def _loop(
    season='["hiver", "printemps", "ete", "automne"][month % 12 // 3]',
    tags="client.get_object_tags(bucket_name=photos, object_name=key)",
    count="",
):
    return _LOOP.format(season=season, tags=tags, count=count)


WRONG = {
    "équipe perdue": (
        _loop(tags="Tags.new_object_tags()"),
        "il fallait le garder",
    ),
    "décembre en automne": (
        _loop('["hiver", "printemps", "ete", "automne"][(month - 1) // 3]'),
        "photos sur 8 ont la bonne saison",
    ),
    "saisons en majuscules": (
        _loop('["Hiver", "Printemps", "Ete", "Automne"][month % 12 // 3]'),
        "n'est pas écrite comme dans l'énoncé",
    ),
    "une photo oubliée": (
        _loop(count="-1"),
        "7 photos sur 8",
    ),
    "une métadonnée au lieu d'un tag": (
        """
from minio.commonconfig import REPLACE, CopySource

for key in keys:
    client.copy_object(
        bucket_name=photos,
        object_name=key,
        source=CopySource(bucket_name=photos, object_name=key),
        metadata={"saison": "hiver"},
        metadata_directive=REPLACE,
    )
""",
        "un tag se pose sans y toucher",
    ),
    "photo supprimée": (
        "client.remove_object(bucket_name=photos, object_name=keys[0])",
        "Une photo a disparu",
    ),
}
