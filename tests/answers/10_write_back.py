SECOND = """
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
    content_type="text/csv; charset=utf-8",
)
"""

WRITE = """
table = pd.read_csv(
    f"s3://{{folder}}/stations.csv", sep=";", {dtype} storage_options=options
)
kept = table[{rows}]{sort}
with fs.open(f"{{folder}}/vides.csv", "w", encoding="utf-8", {kind}) as file:
    kept[["station", "commune"]].to_csv(file, {how})
"""


def code(
    dtype='dtype={"station": str},',
    rows='(table["en service"] == "OUI") & (table["velos"] == 0)',
    sort='.sort_values("station")',
    kind='ContentType="text/csv"',
    how='sep=";", index=False',
):
    return WRITE.format(dtype=dtype, rows=rows, sort=sort, kind=kind, how=how)


WRONG = {
    "zéros perdus": (code(dtype=""), "zéros de tête"),
    "avec l'étiquette des lignes": (code(how='sep=";"'), "colonne sans nom"),
    "virgules": (code(how="index=False"), "points-virgules"),
    "hors service compris": (code(rows='table["velos"] == 0'), "en service et sans vélo"),
    "sans trier": (code(sort=".iloc[::-1]"), "ne sont pas triées"),
    "sans type": (code(kind=""), "pas le type de contenu"),
    "toutes les colonnes": (
        """
pd.read_csv(f"s3://{folder}/stations.csv", sep=";", storage_options=options).to_csv(
    f"s3://{folder}/vides.csv", sep=";", index=False, storage_options=options
)
""",
        "ne sont pas celles demandées",
    ),
}
