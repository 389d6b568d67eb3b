SECOND = """
import io

table = pd.read_csv(f"s3://{folder}/releves.csv", sep=";", parse_dates=["date"],
                    storage_options=options)
for month, rows in table.groupby(table["date"].dt.strftime("%Y-%m")):
    data = io.BytesIO()
    rows.to_parquet(data, index=False)
    size = data.tell()
    data.seek(0)
    client.put_object(
        bucket_name=folder, object_name=f"releves/mois={month}/releves.parquet", data=data,
        length=size, content_type="application/vnd.apache.parquet",
    )
"""

WRITE = """
table = pd.read_csv(f"s3://{folder}/releves.csv", sep=";", storage_options=options)
table["mois"] = table["date"].str[:7]


def write(table, **more):
    settings = {
        "filesystem": store, "format": "parquet", "partitioning": ["mois"],
        "partitioning_flavor": "hive", "create_dir": False,
    }
    ds.write_dataset(
        pa.Table.from_pandas(table, preserve_index=False), f"{folder}/releves",
        **(settings | more),
    )


"""

WRONG = {
    "sans le nom de la colonne": (
        WRITE + "write(table, partitioning_flavor=None)",
        "n'a pas la forme demandée",
    ),
    "avec des objets vides": (
        WRITE + "write(table, create_dir=True)",
        "tiennent lieu de dossiers",
    ),
    "un mois oublié": (
        WRITE + 'write(table[table["mois"] != table["mois"].max()])',
        "Les mois ne sont pas",
    ),
    "des lignes perdues": (
        WRITE + 'write(table.drop_duplicates(["mois"]))',
        "n'a pas exactement ses relevés",
    ),
    "sans la date": (WRITE + 'write(table.drop(columns="date"))', "Il manque une colonne"),
    "des vélos en texte": (
        WRITE + 'write(table.astype({"velos": str}))',
        "nombres entiers",
    ),
    "du CSV nommé .parquet": (
        WRITE
        + """
for month, rows in table.groupby("mois"):
    rows.to_csv(
        f"s3://{folder}/releves/mois={month}/a.parquet", index=False, storage_options=options
    )
""",
        "pas un fichier Parquet lisible",
    ),
}
