_ALL = """
import json
from urllib.parse import unquote, unquote_plus

notices = []
for item in client.list_objects(bucket_name=tp.bucket("avis"), recursive=True):
    notices += json.loads(read("avis", item.object_name))["Records"]


def rank(notice):
    return {rank}


present = {{}}
for notice in {order}:
    described = notice["s3"]["object"]
    key = {key}
    if {created}:
        present[key] = described.get("size")
    elif notice["eventName"].startswith("s3:ObjectRemoved"):
        present.pop(key, None)
"""


def _all(
    rank='int(notice["s3"]["object"]["sequencer"], 16)',
    order="sorted(notices, key=rank)",
    key='unquote_plus(described["key"])',
    created='notice["eventName"].startswith("s3:ObjectCreated")',
):
    return _ALL.format(rank=rank, order=order, key=key, created=created)


RIGHT = {
    "trier, puis suivre": _all(),
    "le dernier avis de chaque clé": """
import json
from urllib.parse import unquote_plus

last = {}
for item in client.list_objects(bucket_name=tp.bucket("avis"), prefix="recus/"):
    for notice in json.loads(read("avis", item.object_name))["Records"]:
        described = notice["s3"]["object"]
        number = int(described["sequencer"], base=16)
        if "Accessed" in notice["eventName"]:
            continue
        if number >= last.get(described["key"], (0,))[0]:
            last[described["key"]] = (number, notice["eventName"], described.get("size"))
present = {
    unquote_plus(key): size for key, (_, event, size) in last.items() if "ObjectCreated" in event
}
""",
    "des textes complétés à gauche": _all(
        rank='notice["s3"]["object"]["sequencer"].rjust(32, "0")'
    ),
    "à rebours": """
import json
import urllib.parse

names = [o.object_name for o in client.list_objects(tp.bucket("avis"), recursive=True)]
records = [r for name in names for r in json.loads(read("avis", name))["Records"]]
records = {r["s3"]["object"]["sequencer"]: r for r in records}
seen, present = set(), {}
for sequencer in sorted(records, key=lambda text: (len(text), text), reverse=True):
    record = records[sequencer]
    key = urllib.parse.parse_qsl(f"cle={record['s3']['object']['key']}")[0][1]
    kind = record["eventName"].split(":")[1]
    if kind == "ObjectAccessed" or key in seen:
        continue
    seen.add(key)
    if kind == "ObjectCreated":
        present[key] = int(record["s3"]["object"]["size"])
""",
}

WRONG = {
    "un marqueur créé, pris pour un dépôt": (
        RIGHT["le dernier avis de chaque clé"].replace('"ObjectCreated"', '"Created"'),
        "1\xa0nom est de trop",
    ),
    "l'ordre d'arrivée": (_all(order="notices"), "ordre d'arrivée", 0.5),
    "des textes": (_all(rank='notice["s3"]["object"]["sequencer"]'), "comme des textes", 1),
    "le plus reste un plus": (_all(key='unquote(described["key"])'), "unquote_plus", 1),
    "des clés non décodées": (_all(key='described["key"]'), "unquote_plus", 1),
    "une lecture vaut un dépôt": (
        _all(created='not notice["eventName"].startswith("s3:ObjectRemoved")'),
        "avis de lecture",
        1,
    ),
    "le premier avis de chaque fichier": (
        _all().replace('["Records"]', '["Records"][:1]'),
        "",
        0,
    ),
    "les suppressions ignorées": (_all().replace("present.pop(key, None)", "pass"), "de trop", 0),
    "les clés seules": (_all() + "present = sorted(present)\n", "dictionnaire", 0),
}

THEN = {
    "l'ordre d'arrivée": (WRONG["l'ordre d'arrivée"][0], None),
    "des textes": (WRONG["des textes"][0], RIGHT["des textes complétés à gauche"]),
}
