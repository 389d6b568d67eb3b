RIGHT = {
    "ceux qui manquent": """
existing = {bucket.name for bucket in client.list_buckets()}
for team in set(teams) - existing:
    client.make_bucket(bucket_name=team)
""",
    "ensure_bucket de la leçon": """
from minio.error import S3Error


def ensure_bucket(name):
    try:
        client.make_bucket(bucket_name=name)
    except S3Error as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise


for team in teams:
    ensure_bucket(team)
""",
    "vérifier d'abord": """
for team in teams:
    if not client.bucket_exists(team):
        client.make_bucket(team)
""",
    "suppress, deux fois": """
from contextlib import suppress

from minio.error import S3Error

for team in teams * 2:
    with suppress(S3Error):
        client.make_bucket(bucket_name=team)
""",
    "plusieurs fils": """
from concurrent.futures import ThreadPoolExecutor

from minio.error import S3Error


def ensure(team):
    try:
        client.make_bucket(bucket_name=team)
    except S3Error as error:
        print(team, error.code)


with ThreadPoolExecutor() as pool:
    list(pool.map(ensure, teams))
""",
}

WRONG = {
    "un mot de plus chez chacun": (
        """
import io
from concurrent.futures import ThreadPoolExecutor

from minio.error import S3Error


def ensure(team):
    try:
        client.make_bucket(bucket_name=team)
    except S3Error as error:
        print(team, error.code)
    client.put_object(team, "bienvenue.txt", io.BytesIO(b"bonjour"), 7)


with ThreadPoolExecutor() as pool:
    list(pool.map(ensure, teams))
""",
        "à garder tel quel, a reçu « bienvenue.txt »",
        0,
    ),
    "les trois premiers seulement existeraient": (
        """
for team in teams[3:]:
    if not client.bucket_exists(bucket_name=team):
        client.make_bucket(bucket_name=team)
""",
        "La boucle ne va pas au bout",
        1,
    ),
    "rien que regarder": (
        "[client.bucket_exists(bucket_name=team) for team in teams]",
        "votre code ne l'a pas demandé",
        0,
    ),
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
        1,
    ),
    "sans prévoir l'erreur": (
        """
for team in teams:
    client.make_bucket(bucket_name=team)
""",
        "make_bucket() s'est arrêté au premier qui existe déjà",
        0,
    ),
    "l'erreur arrête la boucle": (
        """
from minio.error import S3Error

try:
    for team in teams:
        client.make_bucket(bucket_name=team)
except S3Error:
    pass
""",
        "make_bucket() s'est arrêté au premier qui existe déjà",
        0,
    ),
    "la dernière oubliée": (
        """
for team in teams[:-1]:
    if not client.bucket_exists(bucket_name=team):
        client.make_bucket(bucket_name=team)
""",
        "La boucle ne va pas au bout",
        1,
    ),
    "un préfixe de plus": (
        """
for team in teams:
    if not client.bucket_exists(bucket_name=tp.bucket(team)):
        client.make_bucket(bucket_name=tp.bucket(team))
""",
        # Dans un espace de correction, plus long, S3 refuse ce nom.
        ("sont déjà complets", "ValueError : invalid bucket name"),
        0,
    ),
    "les noms courts": (
        """
for team in teams:
    client.make_bucket(bucket_name="-".join(team.split("-")[-2:]))
""",
        "hors de votre espace",
        0,
    ),
    "supprime puis recrée": (
        """
from helpers import remove_bucket

for team in teams:
    remove_bucket(client, team)
    client.make_bucket(bucket_name=team)
""",
        "L'objet de départ « travail.txt » n'est plus dans",
        0,
    ),
    "fresh_bucket": (
        """
from helpers import fresh_bucket

for team in teams:
    fresh_bucket(client, team)
""",
        "L'objet de départ « travail.txt » n'est plus dans",
        0,
    ),
    "efface le travail": (
        """
for team in teams:
    if client.bucket_exists(bucket_name=team):
        client.remove_object(bucket_name=team, object_name="travail.txt")
    else:
        client.make_bucket(bucket_name=team)
""",
        "tp.ensure.reset() remet les données de départ",
        0,
    ),
    "remplace le travail": (
        """
import io

for team in teams:
    if not client.bucket_exists(bucket_name=team):
        client.make_bucket(bucket_name=team)
    client.put_object(team, "travail.txt", io.BytesIO(b""), 0)
""",
        "Le contenu de l'objet de départ « travail.txt » a changé",
        0,
    ),
    "affiche": (
        """
for t in teams:
    print(t, client.bucket_exists(t))
""",
        "votre code ne l'a pas demandé",
    ),
    "écrase un travail": (
        """
import io

for t in teams:
    if not client.bucket_exists(t):
        client.make_bucket(t)
    else:
        for i in client.list_objects(t, recursive=True):
            client.put_object(t, i.object_name, io.BytesIO(b""), 0)
""",
        "a changé",
    ),
    "un bucket de plus": (
        """
for team in [*teams, tp.bucket("equipe-temoin")]:
    if not client.bucket_exists(bucket_name=team):
        client.make_bucket(bucket_name=team)
""",
        "un autre est apparu",
        1,
    ),
}

THEN = {
    "sans prévoir l'erreur": (WRONG["sans prévoir l'erreur"][0], None),
    "un préfixe de plus": (WRONG["un préfixe de plus"][0], None),
    "la dernière oubliée": (WRONG["la dernière oubliée"][0], None),
    "données détruites": (
        WRONG["supprime puis recrée"][0],
        "tp.ensure.reset()\n" + RIGHT["ensure_bucket de la leçon"],
    ),
}
