SECOND = """
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
"""

FIRST = """
index = pq.read_metadata(path, filesystem=store)
group = index.row_group({rank})
columns = [group.column(rank) for rank in range(index.num_columns)]
name = max(columns, key=lambda column: column.total_compressed_size).path_in_schema
"""

WRONG = {
    "premier groupe seulement": (
        FIRST.format(rank=0)
        + """
summary = {"lignes": index.num_rows, "groupes": index.num_row_groups, "plus_lourde": name}
""",
        "premier groupe",
    ),
    "lignes du dernier groupe": (
        FIRST.format(rank=1)
        + """
summary = {"lignes": group.num_rows, "groupes": index.num_row_groups, "plus_lourde": name}
""",
        "« lignes » n'est pas",
    ),
    "colonnes au lieu de groupes": (
        FIRST.format(rank=1)
        + """
summary = {"lignes": index.num_rows, "groupes": index.num_columns, "plus_lourde": name}
""",
        "« groupes » n'est pas",
    ),
    "une liste": ("summary = [1200, 3, 'vent']", "trois valeurs"),
}
