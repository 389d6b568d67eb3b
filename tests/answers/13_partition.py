_PUT = """
import io


def put(key, data):
    client.put_object(
        bucket_name=folder, object_name=key, data=io.BytesIO(data), length=len(data),
        content_type="application/vnd.apache.parquet",
    )


"""

RIGHT = {
    "un mois après l'autre, dates": _PUT
    + """
table = pd.read_csv(f"s3://{folder}/releves.csv", sep=";", parse_dates=["date"],
                    storage_options=options)
for month, rows in table.groupby(table["date"].dt.strftime("%Y-%m")):
    data = io.BytesIO()
    rows.to_parquet(data, index=False)
    put(f"releves/mois={month}/releves.parquet", data.getvalue())
""",
    "vélos en flottants, stations en texte": """
table = pd.read_csv(f"s3://{folder}/releves.csv", sep=";", storage_options=options)
table = table.astype({"velos": float, "station": str})
for month in sorted(set(table["date"].str[:7])):
    rows = table[table["date"].str.startswith(month)]
    rows.to_parquet(
        f"s3://{folder}/releves/mois={month}/a.parquet", storage_options=options, index=False
    )
""",
    "pyarrow seul": """
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

with fs.open(f"{folder}/releves.csv") as file:
    table = pc_csv.read_csv(file, parse_options=pc_csv.ParseOptions(delimiter=";"))
months = pc.strftime(table["date"], "%Y-%m")
for month in months.unique().to_pylist():
    path = f"{folder}/releves/mois={month}/part-0.parquet"
    pq.write_table(table.filter(pc.equal(months, month)), path, filesystem=store)
""",
    "pandas découpe, mois gardé dans les fichiers": _PUT
    + """
table = pd.read_csv(f"s3://{folder}/releves.csv", sep=";", storage_options=options)
for month, rows in table.assign(mois=table["date"].str[:7]).groupby("mois"):
    half = len(rows) // 2
    put(f"releves/mois={month}/1.parquet", rows[:half].to_parquet())
    put(f"releves/mois={month}/2.parquet", rows[half:].to_parquet(compression="gzip"))
""",
}

_WRITE = """
table = pd.read_csv(f"s3://{folder}/releves.csv", sep=";", storage_options=options)
table["mois"] = table["date"].str[:7]


def write(table, **more):
    settings = {
        "filesystem": store, "format": "parquet", "partitioning": ["mois"],
        "partitioning_flavor": "hive", "create_dir": False,
        "existing_data_behavior": "overwrite_or_ignore",
    }
    ds.write_dataset(
        pa.Table.from_pandas(table, preserve_index=False), f"{folder}/releves",
        **(settings | more),
    )


"""
# L'appel de la leçon : un second échouerait là où il y a déjà des objets.
_ONCE = _WRITE + 'write(table, existing_data_behavior="error")'

WRONG = {
    "sans le nom de la colonne": (
        _WRITE + "write(table, partitioning_flavor=None)",
        "n'a pas la forme demandée",
        0,
    ),
    "le mois sans l'année": (
        _WRITE + 'table["mois"] = table["date"].str[5:7]\nwrite(table)',
        "n'a pas la forme demandée",
        0,
    ),
    "avec des objets vides": (
        _WRITE + "write(table, create_dir=True)",
        "objets vides, pour des dossiers",
        2,
    ),
    "un mois oublié": (
        _WRITE + 'write(table[table["mois"] != table["mois"].max()])',
        "Les mois ne sont pas",
        0.5,
    ),
    "une ligne par jour": (
        _WRITE + 'write(table.drop_duplicates(["date"]))',
        "n'a pas exactement ses relevés : il en manque",
        1,
    ),
    "des lignes en double": (
        _WRITE + "write(pd.concat([table, table]))",
        "lignes y sont en double",
        1,
    ),
    "sans la date": (
        _WRITE + 'write(table.drop(columns="date"))',
        "Il manque une colonne",
        1,
    ),
    "des vélos en texte": (
        _WRITE + 'write(table.astype({"velos": str}))',
        "les vélos doivent être des nombres",
        1,
    ),
    "des vélos arrondis": (
        _WRITE + 'table["velos"] = table["velos"] // 10 * 10\nwrite(table)',
        "n'a pas exactement ses relevés",
        1,
    ),
    "du CSV nommé .parquet": (
        _WRITE
        + """
for month, rows in table.groupby("mois"):
    rows.to_csv(
        f"s3://{folder}/releves/mois={month}/a.parquet", index=False, storage_options=options
    )
""",
        "pas un fichier Parquet lisible",
        0,
    ),
    "un seul fichier": (
        _WRITE
        + """
table.to_parquet(f"s3://{folder}/releves/releves.parquet", storage_options=options)
""",
        "n'a pas la forme demandée",
        0,
    ),
    "l'original déplacé": (
        _WRITE + 'write(table)\nfs.rm(f"{folder}/releves.csv")',
        "tp.partition.reset()",
        0,
    ),
}

THEN = {
    "des vélos en texte": (WRONG["des vélos en texte"][0], None),
    "écrit deux fois": (
        WRONG["des vélos en texte"][0],
        f"tp.partition.reset()\n{_ONCE}",
    ),
    "avec des objets vides": (
        WRONG["avec des objets vides"][0],
        f"tp.partition.reset()\n{_ONCE}",
    ),
}
