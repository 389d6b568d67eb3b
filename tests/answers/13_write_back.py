_TABLE = """
table = pd.read_csv(
    f"s3://{folder}/stations.csv", sep=";", dtype={"station": str}, storage_options=options
)
kept = table.query("`en service` == 'OUI' and velos == 0").sort_values("station")
kept = kept[["station", "commune"]]
"""
_PUT = """
import io

client.put_object(
    bucket_name=folder, object_name="vides.csv", data=io.BytesIO(data), length=len(data),
    content_type="text/csv; header=present",
)
"""

RIGHT = {
    "le module csv, put_object": """
import csv
import io

response = client.get_object(bucket_name=folder, object_name="stations.csv")
rows = list(csv.DictReader(io.StringIO(response.read().decode()), delimiter=";"))
response.close()
kept = sorted(
    (row["station"], row["commune"])
    for row in rows
    if row["en service"] == "OUI" and row["velos"] == "0"
)
text = "station;commune\\n" + "".join(f"{station};{commune}\\r\\n" for station, commune in kept)
data = text.encode()
client.put_object(
    bucket_name=folder, object_name="vides.csv", data=io.BytesIO(data), length=len(data),
    content_type='text/csv; charset=utf-8; Header="present"',
)
""",
    "to_csv rend du texte": _TABLE
    + 'data = kept.to_csv(sep=";", index=False).encode("utf-8")'
    + _PUT,
    "to_csv écrit sur S3": _TABLE
    + """
kept.to_csv(
    f"s3://{folder}/vides.csv", sep=";", index=False,
    storage_options=options | {"s3_additional_kwargs": {"ContentType": "text/csv;header=present"}},
)
""",
    "zéros remis, tout entre guillemets": """
import csv

table = pd.read_csv(f"s3://{folder}/stations.csv", sep=";", storage_options=options)
kept = table[(table["en service"] == "OUI") & (table["velos"] < 1)].sort_values("station")
kept = kept.assign(station=kept["station"].map("{:05}".format))
with fs.open(f"{folder}/vides.csv", "w", encoding="utf-8",
             ContentType="text/csv; header=present") as file:
    kept.to_csv(file, sep=";", index=False, columns=["station", "commune"],
                quoting=csv.QUOTE_ALL)
""",
    "duckdb": _TABLE
    + """
lines = duckdb.sql("FROM kept SELECT station, commune ORDER BY station").fetchall()
data = "\\n".join(";".join(line) for line in [("station", "commune"), *lines]).encode()
"""
    + _PUT,
}

_WRITE = """
table = pd.read_csv(
    f"s3://{{folder}}/stations.csv", sep=";", {dtype} storage_options=options
)
kept = table[{rows}]{sort}
with fs.open(f"{{folder}}/{name}", "w", encoding="{encoding}", {kind}) as file:
    kept[["station", "commune"]].to_csv(file, {how})
"""


def _code(
    dtype='dtype={"station": str},',
    rows='(table["en service"] == "OUI") & (table["velos"] == 0)',
    sort='.sort_values("station")',
    kind='ContentType="text/csv; header=present"',
    how='sep=";", index=False',
    name="vides.csv",
    encoding="utf-8",
):
    return _WRITE.format(
        dtype=dtype, rows=rows, sort=sort, kind=kind, how=how, name=name, encoding=encoding
    )


WRONG = {
    "zéros perdus": (_code(dtype=""), "zéros de tête", 1),
    "avec l'étiquette des lignes": (_code(how='sep=";"'), "colonne sans nom", 0),
    "virgules": (_code(how="index=False"), "points-virgules", 0),
    "tabulations": (_code(how='sep="\\t", index=False'), "points-virgules", 0),
    "sans titres": (_code(how='sep=";", index=False, header=False'), "celle des titres", 0),
    "hors service compris": (_code(rows='table["velos"] == 0'), "stations hors service", 0),
    "avec des vélos": (_code(rows='table["en service"] == "OUI"'), "qui ont des vélos", 0),
    "une station oubliée": (
        _code(sort='.sort_values("station").iloc[1:]'),
        "1\xa0station manque",
        0,
    ),
    "sans trier": (_code(sort=""), "ne sont pas triées", 1),
    "sans type": (_code(kind=""), "pas le type de contenu", 1),
    "type que le serveur devine": (
        _code(kind='ContentType="text/csv"'),
        "pas le type de contenu",
        1,
    ),
    "en latin-1": (_code(encoding="latin-1"), "n'est pas en UTF-8", 0),
    "avec une marque": (_code(encoding="utf-8-sig"), "marque invisible (BOM)", 0),
    "lu en latin-1": (
        _code(dtype='dtype={"station": str}, encoding="latin-1",'),
        "a été lu comme du latin-1",
        1,
    ),
    "un autre nom": (_code(name="vide.csv"), "n'a pas le nom demandé", 0),
    "toutes les colonnes": (
        """
pd.read_csv(f"s3://{folder}/stations.csv", sep=";", storage_options=options).to_csv(
    f"s3://{folder}/vides.csv", sep=";", index=False, storage_options=options
)
""",
        "ne sont pas celles demandées",
        0,
    ),
    "à la place de l'original": (
        _code(name="stations.csv"),
        "tp.write_back.reset()",
        0,
    ),
    "presque vides": (
        _TABLE.replace("velos == 0", "velos <= 1")
        + 'data = kept.to_csv(sep=";", index=False).encode("utf-8")'
        + _PUT,
        "de trop",
    ),
}

THEN = {
    "un autre nom": (WRONG["un autre nom"][0], None),
    "zéros perdus": (WRONG["zéros perdus"][0], RIGHT["duckdb"]),
    "à la place de l'original": (
        WRONG["à la place de l'original"][0],
        "tp.write_back.reset()\n" + _code(),
    ),
}
