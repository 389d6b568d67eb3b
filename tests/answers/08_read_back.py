SECOND = """
import json

bucket = tp.bucket("service")
found = client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
ids = [item.version_id for item in found if item.object_name == "config.json"]
running = []
for version_id in reversed(ids):
    with client.get_object(
        bucket_name=bucket, object_name="config.json", version_id=version_id
    ) as response:
        settings = json.load(response)
    if settings["mode"] == "production":
        running.append(settings["seuil"])
threshold = running[-1]
"""

READ = """
import json

found = client.list_objects(
    bucket_name=tp.bucket("service"), prefix="config.json", include_version=True
)
history = []
for item in found:
    response = client.get_object(
        bucket_name=tp.bucket("service"), object_name=item.object_name, version_id=item.version_id
    )
    if {keep}:
        history.append(json.loads(response.read()))
running = [step["seuil"] for step in history if step["mode"] == "production"]
threshold = {answer}
"""
EXACT = 'item.object_name == "config.json"'

WRONG = {
    "la version courante": (
        READ.format(keep=EXACT, answer='history[0]["seuil"]'),
        "version courante",
    ),
    "la plus ancienne": (
        READ.format(keep=EXACT, answer="running[-1]"),
        "ce n'est pas la dernière",
    ),
    "un autre objet": (
        READ.format(keep="item.object_name != 'config.json'", answer="running[0]"),
        "celui d'un autre objet",
    ),
    "une version à l'essai": (
        READ.format(keep=EXACT, answer='history[1]["seuil"] + 1000'),
        "Aucune version en production",
    ),
    "le document entier": (
        READ.format(keep=EXACT, answer="history[0]"),
        "un nombre entier",
    ),
}
