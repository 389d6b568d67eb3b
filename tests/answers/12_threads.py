_READ = """
from concurrent.futures import ThreadPoolExecutor

bucket = tp.bucket("releves")
keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]


def count(key):
    lines = read_far(key).decode().splitlines()
    return {number}


with ThreadPoolExecutor(max_workers=8) as pool:
    counts = {counts}
"""
_PAIRED = "dict(zip(keys, pool.map(count, keys)))"


def _read(number="len(lines) - 1", counts=_PAIRED):
    return _READ.format(number=number, counts=counts)


RIGHT = {
    "huit fils, chacun ses clés": """
from threading import Thread

bucket = tp.bucket("releves")
keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]
counts = {}


def work(mine):
    for key in mine:
        counts[key] = len(read_far(key).split()) - 1


threads = [Thread(target=work, args=(keys[rank::8],)) for rank in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""",
    "asyncio, et huit fils": """
import asyncio
from concurrent.futures import ThreadPoolExecutor

found = client.list_objects(bucket_name=tp.bucket("releves"), recursive=True)
keys = [item.object_name for item in found]


async def count_all():
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(8) as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, read_far, key) for key in keys))


with ThreadPoolExecutor(1) as apart:
    texts = apart.submit(asyncio.run, count_all()).result()
counts = {key: text.decode().strip().count("\\n") for key, text in zip(keys, texts)}
""",
    "des promesses, dans l'ordre d'arrivée": """
from concurrent.futures import ThreadPoolExecutor, as_completed

bucket = tp.bucket("releves")
with ThreadPoolExecutor(8) as pool:
    futures = {
        pool.submit(read_far, item.object_name): item.object_name
        for item in client.list_objects(bucket, recursive=True)
    }
    counts = {}
    for future in as_completed(futures):
        counts[futures[future]] = future.result().count(b"\\n") - 1
""",
    "le module csv": _read()
    .replace("len(lines) - 1", "sum(1 for _ in csv.DictReader(lines, delimiter=';'))")
    .replace("\nbucket", "\nimport csv\n\nbucket", 1),
    "des entiers de numpy": _read(number="numpy.int64(len(lines) - 1)").replace(
        "\nbucket", "\nimport numpy\n\nbucket", 1
    ),
}

WRONG = {
    "la ligne des titres": (_read(number="len(lines)"), "la ligne des titres", 1),
    "un texte vide à la fin": (
        _read().replace("splitlines()", 'split("\\n")'),
        "le texte vide qui suit le dernier saut de ligne",
        1,
    ),
    "les titres et le texte vide": (
        _read(number="len(lines)").replace("splitlines()", 'split("\\n")'),
        "trop grand de 2",
        1,
    ),
    "une ligne de moins": (_read(number="len(lines) - 2"), "trop petit de 1", 1),
    "résultats dans l'ordre d'arrivée": (
        _read(counts="dict(zip(keys, sorted(pool.map(count, keys))))"),
        "pas en face de leurs clés",
        1,
    ),
    "un relevé oublié": (
        _read(counts="dict(zip(keys, pool.map(count, keys[1:])))"),
        "il manque 1",
        0,
    ),
    "une liste": (_read(counts="list(pool.map(count, keys))"), "un dictionnaire est attendu", 0),
    "octets au lieu de lignes": (_read(number="sum(map(len, lines))"), "n'est pas la bonne", 0),
    "des textes": (_read(number="str(len(lines) - 1)"), "un nombre est attendu, pas un texte", 0),
    "l'un après l'autre": (
        _read(counts="{key: count(key) for key in keys}"),
        "jamais été huit à la fois",
        1,
    ),
    "quatre fils": (
        _read().replace("max_workers=8", "max_workers=4"),
        "jamais été huit à la fois",
        1,
    ),
    "lus autrement": (
        _read().replace("read_far(key)", 'read("releves", key)'),
        "n'ont pas été lus par read_far()",
        1,
    ),
    "toutes à la fois": (
        """
from concurrent.futures import ThreadPoolExecutor

keys = [item.object_name for item in client.list_objects(tp.bucket("releves"), recursive=True)]
with ThreadPoolExecutor(max_workers=24) as pool:
    texts = pool.map(read_far, keys)
    counts = {key: text.count(b"\\n") - 1 for key, text in zip(keys, texts)}
""",
        "plus de huit lectures",
        1,
    ),
}

THEN = {
    "l'un après l'autre": (WRONG["l'un après l'autre"][0], None),
    "la ligne des titres": (WRONG["la ligne des titres"][0], None),
    "une liste": (WRONG["une liste"][0], RIGHT["huit fils, chacun ses clés"]),
}
