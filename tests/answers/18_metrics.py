_READ = """
import re


def counters(key):
    found = {{}}
    for line in read("mesures", key).decode().splitlines():
        if line.startswith("{start}"):
            labels, value = line.rsplit(" ", 1)
            api = re.search(r'api="(\\w+)"', labels)[1]
            server = re.search(r'server="([^"]+)"', labels)[1]
            found[{each}] = float(value)
    return found


before, after = counters("12-00.txt"), counters("12-05.txt")
requests_made = {{}}
for each, count in {items}:
    api = {api}
    earlier = before.get(each, 0)
    grown = {grown}
    requests_made[api] = requests_made.get(api, 0) + grown
"""


def _by(
    start="minio_s3_requests_total{{",
    each="api, server",
    items="after.items()",
    api="each[0]",
    grown="count - earlier if count >= earlier else count",
):
    code = _READ.format(
        start=start.replace("{{", "{"), each=each, items=items, api=api, grown=grown
    )
    return code


RIGHT = {
    "ligne par ligne": _by(),
    "findall": """
import re
from collections import Counter

first, second = (
    {
        frozenset(re.findall(r'(\\w+)="([^"]*)"', labels)): int(float(value))
        for labels, value in re.findall(
            r"^minio_s3_requests_total\\{(.+)\\} (.+)$", read("mesures", key).decode(), re.M
        )
    }
    for key in ("12-00.txt", "12-05.txt")
)
requests_made = Counter()
for labels, count in second.items():
    earlier = first.get(labels, 0)
    requests_made[dict(labels)["api"]] += count - (earlier if earlier <= count else 0)
requests_made = dict(requests_made)
""",
    "pandas": """
import re

import pandas as pd


def table(key):
    rows = [
        (re.search('api="(.*?)"', line)[1], re.search('server="(.*?)"', line)[1],
         float(line.split()[-1]))
        for line in read("mesures", key).decode().split("\\n")
        if line.startswith("minio_s3_requests_total{")
    ]
    return pd.DataFrame(rows, columns=["api", "server", "n"]).set_index(["api", "server"]).n


before, after = table("12-00.txt"), table("12-05.txt")
before = before.reindex(after.index, fill_value=0)
grown = (after - before).where(after >= before, after)
requests_made = grown.groupby("api").sum().to_dict()
""",
    "des listes, sans expression rationnelle": """
def counters(key):
    found = {}
    for line in read("mesures", key).decode().split("\\n"):
        name, _, rest = line.partition("{")
        if name == "minio_s3_requests_total":
            inside, value = rest.split("} ")
            labels = dict(part.split("=") for part in inside.split(","))
            found[labels["api"].strip('"'), labels["server"]] = int(float(value))
    return found


old, new = counters("12-00.txt"), counters("12-05.txt")
requests_made = {api: 0 for api, _ in new}
for each in new:
    grown = new[each] - old.get(each, 0)
    requests_made[each[0]] += new[each] if grown < 0 else grown
""",
}

WRONG = {
    "sans le redémarrage": (_by(grown="count - earlier"), "redémarré", 1),
    "la seconde lecture seule": (_by(grown="count"), "seconde lecture"),
    "sans l'opération nouvelle": (
        _by(items="[(each, after[each]) for each in before]"),
        "Une opération manque",
        1.5,
    ),
    "les serveurs mêlés": (
        _by().replace(
            "found[api, server] = float(value)",
            'found[api, ""] = found.get((api, ""), 0) + float(value)',
        ),
        "additionnés avant",
        0.5,
    ),
    "un seul serveur": (_by(each='api, ""'), "", 0),
    "les erreurs": (_by(start="minio_s3_requests_errors_total{{"), "", 0),
    "zéro au redémarrage": (_by(grown="max(count - earlier, 0)"), "", 0),
    "un total": (_by() + "requests_made = sum(requests_made.values())\n", "dictionnaire", 0),
    "par serveur": (_by(api="each[1]"), "", 0),
}

THEN = {
    "sans le redémarrage": (WRONG["sans le redémarrage"][0], None),
    "la seconde lecture seule": (WRONG["la seconde lecture seule"][0], RIGHT["findall"]),
}
