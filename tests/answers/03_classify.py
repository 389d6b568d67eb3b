RIGHT = {
    "une fonction, des tags neufs": """
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
""",
    "add_tag de la leçon": """
from helpers.display import user_metadata

SEASONS = {
    "hiver": ["12", "01", "02"], "printemps": ["03", "04", "05"],
    "ete": ["06", "07", "08"], "automne": ["09", "10", "11"],
}


def add_tag(name, tag, value):
    tags = client.get_object_tags(bucket_name=photos, object_name=name)
    tags[tag] = value
    client.set_object_tags(bucket_name=photos, object_name=name, tags=tags)


for key in keys:
    month = user_metadata(client.stat_object(photos, key))["prise-le"].split("-")[1]
    add_tag(key, "saison", next(name for name, months in SEASONS.items() if month in months))
""",
    "par copie, avec les tags": """
from minio.commonconfig import REPLACE, CopySource

for key in keys:
    month = int(client.stat_object(photos, key).metadata["x-amz-meta-prise-le"][5:7])
    tags = client.get_object_tags(photos, key)
    tags["saison"] = "hiver printemps ete automne".split()[month % 12 // 3]
    client.set_object_tags(photos, key, tags)
    tags["vu"] = "oui"
    client.set_object_tags(photos, key, tags)
""",
    "boto3": """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{server.endpoint}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
)
for key in keys:
    date = s3.head_object(Bucket=photos, Key=key)["Metadata"]
    month = int({name.lower(): value for name, value in date.items()}["prise-le"][5:7])
    tags = s3.get_object_tagging(Bucket=photos, Key=key)["TagSet"]
    season = ["hiver", "printemps", "ete", "automne"][(month // 3) % 4]
    s3.put_object_tagging(
        Bucket=photos, Key=key, Tagging={"TagSet": [*tags, {"Key": "saison", "Value": season}]}
    )
""",
    "match et des mois": """
for key in keys:
    stat = client.stat_object(bucket_name=photos, object_name=key)
    _, month, _ = stat.metadata["x-amz-meta-prise-le"].split("-")
    tags = client.get_object_tags(bucket_name=photos, object_name=key)
    match int(month):
        case 12 | 1 | 2:
            tags["saison"] = "hiver"
        case 3 | 4 | 5:
            tags["saison"] = "printemps"
        case 6 | 7 | 8:
            tags["saison"] = "ete"
        case _:
            tags["saison"] = "automne"
    client.set_object_tags(bucket_name=photos, object_name=key, tags=tags)
""",
    "pandas": """
from minio.commonconfig import Tags

SEASONS = {
    12: "hiver",
    1: "hiver",
    2: "hiver",
    3: "printemps",
    4: "printemps",
    5: "printemps",
    6: "ete",
    7: "ete",
    8: "ete",
    9: "automne",
    10: "automne",
    11: "automne",
}


def day(key):
    return client.stat_object(photos, key).metadata["x-amz-meta-prise-le"]


def add(key, value, name="saison"):
    tags = client.get_object_tags(photos, key) or Tags.new_object_tags()
    tags[name] = value
    client.set_object_tags(photos, key, tags)


import pandas as pd

f = pd.DataFrame({"k": keys, "d": pd.to_datetime([day(k) for k in keys])})
f["s"] = f.d.dt.month.map(SEASONS)
for r in f.itertuples():
    add(r.k, r.s)
""",
}

_LOOP = """
from minio.commonconfig import REPLACE, CopySource, Tags

for key in keys[:{count}]:
    stat = client.stat_object(bucket_name=photos, object_name=key)
    month = int(stat.metadata["x-amz-meta-prise-le"][5:7])
    tags = {tags}
    tags["{tag}"] = {season}
    client.set_object_tags(bucket_name=photos, object_name=key, tags=tags)
"""


def _loop(
    season='["hiver", "printemps", "ete", "automne"][month % 12 // 3]',
    tags="client.get_object_tags(bucket_name=photos, object_name=key)",
    count="",
    tag="saison",
):
    return _LOOP.format(season=season, tags=tags, count=count, tag=tag)


WRONG = {
    "équipe perdue": (_loop(tags="Tags.new_object_tags()"), "set_object_tags() remplace tout", 0),
    "par trimestre": (
        _loop('["hiver", "printemps", "ete", "automne"][(month - 1) // 3]'),
        "Photos bien classées : 4 sur 8",
        1,
    ),
    "décembre en automne": (
        _loop('"automne" if month == 12 else ["hiver", "printemps", "ete", "automne"][month // 3]'),
        "-12-",
        1,
    ),
    "saisons en majuscules": (
        _loop('["Hiver", "Printemps", "Ete", "Automne"][month % 12 // 3]'),
        "n'est pas écrite comme dans l'énoncé",
        0,
    ),
    "une majuscule au nom du tag": (_loop(tag="Saison"), "Le tag n'a pas le nom demandé", 0),
    "une photo oubliée": (_loop(count="-1"), "n'a pas de tag « saison »", 1),
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
        "poser un tag ne les modifie pas",
        0,
    ),
    "photo supprimée": (
        "client.remove_object(bucket_name=photos, object_name=keys[0])",
        "n'est plus dans « photos »",
        0,
    ),
    "toutes en hiver": (_loop('"hiver"'), "Photos bien classées : 2 sur 8", 0),
    "août": (
        """
from minio.commonconfig import Tags

SEASONS = {
    12: "hiver",
    1: "hiver",
    2: "hiver",
    3: "printemps",
    4: "printemps",
    5: "printemps",
    6: "ete",
    7: "ete",
    8: "ete",
    9: "automne",
    10: "automne",
    11: "automne",
}


def day(key):
    return client.stat_object(photos, key).metadata["x-amz-meta-prise-le"]


def add(key, value, name="saison"):
    tags = client.get_object_tags(photos, key) or Tags.new_object_tags()
    tags[name] = value
    client.set_object_tags(photos, key, tags)


for k in keys:
    m = int(day(k)[5:7])
    add(
        k,
        "hiver"
        if m in (1, 2, 12)
        else "printemps"
        if m in (3, 4, 5)
        else "ete"
        if m in (6, 7)
        else "automne",
    )
""",
        "7 sur 8",
    ),
    "décalé": (
        """
from minio.commonconfig import Tags

SEASONS = {
    12: "hiver",
    1: "hiver",
    2: "hiver",
    3: "printemps",
    4: "printemps",
    5: "printemps",
    6: "ete",
    7: "ete",
    8: "ete",
    9: "automne",
    10: "automne",
    11: "automne",
}


def day(key):
    return client.stat_object(photos, key).metadata["x-amz-meta-prise-le"]


def add(key, value, name="saison"):
    tags = client.get_object_tags(photos, key) or Tags.new_object_tags()
    tags[name] = value
    client.set_object_tags(photos, key, tags)


for k in keys:
    m = int(day(k)[5:7])
    add(
        k,
        "hiver"
        if m in (1, 2, 12)
        else "printemps"
        if m <= 5
        else "ete"
        if m <= 9
        else "automne",
    )
""",
        "n'est pas de saison « ete »",
    ),
    "déposée de nouveau, sans son type": (
        """
import io

for key in keys:
    stat = client.stat_object(bucket_name=photos, object_name=key)
    tags = client.get_object_tags(bucket_name=photos, object_name=key)
    date = stat.metadata["x-amz-meta-prise-le"]
    tags["saison"] = ("hiver", "printemps", "ete", "automne")[int(date[5:7]) % 12 // 3]
    data = client.get_object(bucket_name=photos, object_name=key).read()
    client.put_object(
        bucket_name=photos, object_name=key, data=io.BytesIO(data), length=len(data),
        metadata={"prise-le": date}, tags=tags,
    )
""",
        "Le type de contenu de photo-",
        0,
    ),
}

THEN = {
    "saisons en majuscules": (WRONG["saisons en majuscules"][0], None),
    "une majuscule au nom du tag": (_loop(tag="Saison"), None),
    "par trimestre": (WRONG["par trimestre"][0], None),
    "données détruites": (
        WRONG["équipe perdue"][0],
        "tp.classify.reset()\n" + RIGHT["add_tag de la leçon"],
    ),
}
