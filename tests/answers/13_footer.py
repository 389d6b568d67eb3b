RIGHT = {
    "téléchargé, puis to_dict": """
import io

response = client.get_object(
    bucket_name=tp.bucket("capteurs"), object_name="capteurs.parquet"
)
index = pq.ParquetFile(io.BytesIO(response.read())).metadata.to_dict()
response.close()
weight = {}
for group in index["row_groups"]:
    for column in group["columns"]:
        name = column["path_in_schema"]
        weight[name] = weight.get(name, 0) + column["total_compressed_size"]
heaviest = sorted(weight, key=weight.get)[-1]
summary = {
    "lignes": index["num_rows"], "groupes": index["num_row_groups"], "plus_lourde": heaviest
}
""",
    "duckdb": """
import tempfile

local = tempfile.mkdtemp() + "/capteurs.parquet"
fs.get(path, local)
found = duckdb.sql(f'''
    FROM parquet_metadata('{local}')
    SELECT path_in_schema, sum(total_compressed_size) AS weight
    GROUP BY path_in_schema ORDER BY weight DESC
''').fetchall()
(rows, groups), = duckdb.sql(
    f"FROM parquet_file_metadata('{local}') SELECT num_rows, num_row_groups"
).fetchall()
summary = {"plus_lourde": found[0][0], "lignes": rows, "groupes": groups}
""",
    "numpy": """
import numpy

index = pq.read_metadata(path, filesystem=store)
weights = numpy.array([
    [index.row_group(g).column(c).total_compressed_size for c in range(index.num_columns)]
    for g in range(index.num_row_groups)
])
summary = {
    "lignes": numpy.int64(index.num_rows),
    "groupes": weights.shape[0],
    "plus_lourde": numpy.array(index.schema.names)[weights.sum(axis=0).argmax()],
}
""",
    "Counter, en texte et en flottant": """
from collections import Counter

with fs.open(path) as file:
    index = pq.ParquetFile(file).metadata
groups = [index.row_group(rank) for rank in range(index.num_row_groups)]
weights = sum(
    (Counter({group.column(c).path_in_schema: group.column(c).total_compressed_size
              for c in range(group.num_columns)}) for group in groups),
    Counter(),
)
summary = dict(
    lignes=float(sum(group.num_rows for group in groups)),
    groupes=len(groups),
    plus_lourde=weights.most_common(1)[0][0],
)
""",
}

_FIRST = """
index = pq.read_metadata(path, filesystem=store)
group = index.row_group({rank})
columns = [group.column(rank) for rank in range(index.num_columns)]
name = max(columns, key=lambda column: column.total_compressed_size).path_in_schema
"""
_ALL = """
index = pq.read_metadata(path, filesystem=store)
groups = range(index.num_row_groups)
weights = {{
    index.schema.names[c]: sum(index.row_group(g).column(c).{size} for g in groups)
    for c in range(index.num_columns)
}}
name = max(weights, key=weights.get)
"""
_COMPRESSED = _ALL.format(size="total_compressed_size")
_SUMMARY = """
summary = {{"lignes": {rows}, "groupes": {groups}, "plus_lourde": {name}}}
"""
_GOOD = {"rows": "index.num_rows", "groups": "index.num_row_groups", "name": "name"}


def _code(start=_COMPRESSED, **faults):
    return start + _SUMMARY.format(**_GOOD | faults)


WRONG = {
    "le nombre de valeurs": (_code(_ALL.format(size="num_values")), "plus_lourde", 1),
    "premier groupe seulement": (_code(_FIRST.format(rank=0)), "du premier groupe", 1),
    "dernier groupe seulement": (
        _code(_FIRST.format(rank="index.num_row_groups - 1")),
        "du dernier groupe",
        1,
    ),
    "sans compression": (
        _code(_ALL.format(size="total_uncompressed_size")),
        "sans compression",
        1,
    ),
    "lignes d'un groupe": (
        _code(rows="index.row_group(0).num_rows"),
        "le nombre de lignes d'un groupe",
        1,
    ),
    "lignes du dernier groupe": (
        _code(rows="index.row_group(index.num_row_groups - 1).num_rows"),
        "du dernier groupe",
        1,
    ),
    "colonnes au lieu de groupes": (
        _code(groups="index.num_columns"),
        "« groupes » est le nombre de colonnes",
        1,
    ),
    "le rang de la colonne": (
        _code(name="index.schema.names.index(name)"),
        "Sous « plus_lourde » : un texte est attendu, pas un nombre",
        1,
    ),
    "lignes en texte": (
        _code(rows="str(index.num_rows)"),
        "Sous « lignes » : un nombre est attendu, pas un texte",
        1,
    ),
    "un nom oublié": (
        _code() + "del summary['groupes']",
        "il manque 1\xa0nom",
        1,
    ),
    "une liste": ("summary = [1200, 3, 'vent']", "un dictionnaire est attendu", 0),
    "l'exemple": (
        'summary = {"lignes": 1200, "groupes": 3, "plus_lourde": "vent"}',
        "La valeur de",
        0,
    ),
    "le plus lourd des morceaux": (
        """
index = pq.read_metadata(path, filesystem=store)
pieces = [
    index.row_group(group).column(number)
    for group in range(index.num_row_groups)
    for number in range(index.num_columns)
]
summary = {
    "lignes": index.num_rows,
    "groupes": index.num_row_groups,
    "plus_lourde": max(pieces, key=lambda x: x.total_compressed_size).path_in_schema,
}
""",
        "la somme de ses morceaux",
        1,
    ),
}

THEN = {
    "premier groupe seulement": (WRONG["premier groupe seulement"][0], None),
    "une liste": (WRONG["une liste"][0], RIGHT["numpy"]),
}
