_START = """
from datetime import UTC, datetime, timedelta

from minio.datatypes import PostPolicy


def make(key=prefix, kind="image/", least=1, most=1 << 20, status=None):
    policy = PostPolicy(tp.bucket("concours"), datetime.now(UTC) + timedelta(minutes=10))
    policy.add_starts_with_condition("key", key)
    if kind:
        policy.add_starts_with_condition("Content-Type", kind)
    if most:
        policy.add_content_length_range_condition(least, most)
    fields = {}
    if status:
        policy.add_equals_condition("success_action_status", status)
        fields["success_action_status"] = status
    fields |= client.presigned_post_policy(policy=policy)
    return {"url": f"{address}/{tp.bucket('concours')}", "fields": fields}


"""

SECOND = (
    _START
    + """
form = make(status="201", least=0)
form["url"] += "/"
form["fields"] |= {"key": prefix + "${filename}", "Content-Type": "image/jpeg"}
"""
)

WRONG = {
    "sans limite de taille": (_START + "form = make(most=None)", "accepte une photo de plus"),
    "tous les types": (_START + 'form = make(kind="")', "accepte un fichier PDF"),
    "n'importe où": (_START + 'form = make(key="")', "accepte une photo hors du préfixe"),
    "le JPEG seulement": (_START + 'form = make(kind="image/jpeg")', "refuse une image PNG"),
    "un mégaoctet décimal": (_START + "form = make(most=1_000_000)", "refuse une image PNG"),
    "un autre préfixe": (
        _START + 'form = make(key="photos/equipe-0/")',
        "refuse une petite photo JPEG",
    ),
    "une politique falsifiée": (
        _START
        + """
import base64

form = make(most=1 << 10)
policy = base64.b64decode(form["fields"]["policy"]).replace(b"1024", b"1048576")
form["fields"]["policy"] = base64.b64encode(policy).decode()
""",
        "refuse une petite photo JPEG",
    ),
    "un autre serveur": (
        _START + 'form = make() | {"url": "http://exemple.org/" + tp.bucket("concours")}',
        "L'adresse du formulaire",
    ),
    "une URL présignée": (
        _START + 'form = make() | {"fields": {"key": prefix}}',
        "ne viennent pas d'une politique",
    ),
    "les champs seuls": (_START + 'form = make()["fields"]', "les deux entrées"),
}
