# download_many, puis des fichiers ordinaires.
SECOND = """
import tempfile
from pathlib import Path

from helpers import download_many

with tempfile.TemporaryDirectory() as name:
    report = download_many(client, tp.bucket("releves"), name)
    texts = {key: Path(name, key).read_text(encoding="utf-8") for key in report.done}
counts = {key: text.count("\\n") - 1 for key, text in texts.items()}
"""

READ = """
from concurrent.futures import ThreadPoolExecutor

bucket = tp.bucket("releves")
keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]


def count(key):
    lines = read("releves", key).decode().splitlines()
    return {number}


with ThreadPoolExecutor(max_workers=8) as pool:
    counts = {counts}
"""
RIGHT = {"number": "len(lines) - 1", "counts": "dict(zip(keys, pool.map(count, keys)))"}

WRONG = {
    "la ligne des titres": (READ.format(**RIGHT | {"number": "len(lines)"}), "ligne des titres"),
    "résultats dans l'ordre d'arrivée": (
        READ.format(**RIGHT | {"counts": "dict(zip(keys, sorted(pool.map(count, keys))))"}),
        "pas en face de leurs clés",
    ),
    "un relevé oublié": (
        READ.format(**RIGHT | {"counts": "dict(zip(keys, pool.map(count, keys[1:])))"}),
        "une entrée par relevé",
    ),
    "une liste": (
        READ.format(**RIGHT | {"counts": "list(pool.map(count, keys))"}),
        "doit être le dictionnaire",
    ),
    "octets au lieu de lignes": (
        READ.format(**RIGHT | {"number": "sum(map(len, lines))"}),
        "Le nombre de mesures",
    ),
}
