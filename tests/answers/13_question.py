_READ = """
readings = ds.dataset(f"{folder}/releves", filesystem=store, partitioning="hive")
communes = pd.read_csv(f"s3://{folder}/communes.csv", sep=";", storage_options=options)
table = readings.to_table().to_pandas().merge(communes)
"""
_DAY = 'today = table[table["jour"].astype(str) == day].groupby("commune")["velos"].sum()\n'

RIGHT = {
    "un seul fichier, en entiers": """
readings = pd.read_parquet(f"{folder}/releves/jour={day}/part-0.parquet", filesystem=store)
communes = pd.read_csv(f"s3://{folder}/communes.csv", sep=";", storage_options=options)
totals = readings.merge(communes).groupby("commune")["velos"].sum().nlargest(3)
ranking = [[commune, int(total)] for commune, total in totals.items()]
""",
    "tuples et numpy": _READ + _DAY + "ranking = list(today.nlargest(3).items())",
    "tel que le rend duckdb": """
readings = ds.dataset(f"{folder}/releves", filesystem=store, partitioning="hive")
communes = pd.read_csv(f"s3://{folder}/communes.csv", sep=";", storage_options=options)
ranking = duckdb.sql(
    f"FROM readings JOIN communes USING (station) SELECT commune, sum(velos)::DECIMAL(9, 2) AS n "
    f"WHERE jour = '{day}' GROUP BY commune ORDER BY n DESC LIMIT 3"
).fetchall()
""",
    "un DataFrame en tableau": _READ
    + _DAY
    + "ranking = today.reset_index().sort_values('velos', ascending=False).head(3).to_numpy()",
    "sans table": """
import csv
import io
from collections import Counter


def read(key):
    with client.get_object(bucket_name=folder, object_name=key) as response:
        return response.read()


lines = csv.reader(io.StringIO(read("communes.csv").decode()), delimiter=";")
where = {int(station): commune for station, commune in list(lines)[1:]}
rows = pq.read_table(io.BytesIO(read(f"releves/jour={day}/part-0.parquet"))).to_pylist()
totals = Counter()
for row in rows:
    totals[where[row["station"]]] += row["velos"]
ranking = iter(totals.most_common(3))
""",
}

WRONG = {
    "tous les jours": (
        _READ
        + """
totals = table.groupby("commune")["velos"].sum().nlargest(3)
ranking = [[name, int(total)] for name, total in totals.items()]
""",
        "ceux de tous les jours",
        0,
    ),
    "un autre jour": (
        _READ
        + """
other = next(name for name in table["jour"].astype(str).unique() if name != day)
today = table[table["jour"].astype(str) == other].groupby("commune")["velos"].sum()
ranking = list(today.nlargest(3).items())
""",
        "d'un autre jour",
        0,
    ),
    "à l'envers": (
        _READ + _DAY + "ranking = [[n, int(t)] for n, t in today.nlargest(3).items()][::-1]",
        "de la moins fournie à la plus fournie",
        1,
    ),
    "toutes les communes": (
        _READ + _DAY + "ranking = list(today.sort_values(ascending=False).items())",
        "Trois communes sont demandées",
        1,
    ),
    "les moins fournies": (
        _READ + _DAY + "ranking = [[n, int(t)] for n, t in today.nsmallest(3).items()]",
        "les trois communes les moins fournies",
        0,
    ),
    "les noms seuls": (
        _READ + _DAY + "ranking = list(today.nlargest(3).index)",
        "le nombre de ses vélos",
        1,
    ),
    "couples inversés": (
        _READ + _DAY + "ranking = [(t, n) for n, t in today.nlargest(3).items()]",
        "d'abord la commune",
        1,
    ),
    "nombres en texte": (
        _READ + _DAY + "ranking = [(n, str(t)) for n, t in today.nlargest(3).items()]",
        "des nombres, pas des textes",
        1,
    ),
    "moyennes": (
        _READ + _DAY.replace(".sum()", ".mean()") + "ranking = list(today.nlargest(3).items())",
        "des moyennes par station",
        1,
    ),
    "stations comptées": (
        _READ + _DAY + "ranking = [[name, 4] for name in today.nlargest(3).index]",
        "Les communes sont les bonnes, pas leurs vélos",
        1,
    ),
    "un dictionnaire": (
        _READ + _DAY + "ranking = dict(today.nlargest(3))",
        "une liste est attendue, pas un dictionnaire",
        0,
    ),
    "l'exemple": (
        'ranking = [["Pantin", 120], ["Clichy", 98], ["Vincennes", 51]]',
        "La réponse",
        0,
    ),
    "communes prises par leur rang": (
        _READ
        + """
towns = pd.read_csv(f"s3://{folder}/communes.csv", sep=";", storage_options=options)
one = pd.read_parquet(f"{folder}/releves/jour={day}/part-0.parquet", filesystem=store)
one["commune"] = towns["commune"]
ranking = list(one.groupby("commune")["velos"].sum().nlargest(3).items())
""",
        "par leur rang",
        0,
    ),
    "l'ordre alphabétique": (
        _READ + _DAY + "ranking = sorted(today.nlargest(3).items())",
        "pas dans l'ordre demandé",
        1,
    ),
    "tout à la suite": (
        _READ + _DAY + "ranking = [x for pair in today.nlargest(3).items() for x in pair]",
        "Une liste de couples",
        1,
    ),
    "des stations": (
        _READ
        + """
one = pd.read_parquet(f"{folder}/releves/jour={day}/part-0.parquet", filesystem=store)
ranking = one.nlargest(3, "velos")[["station", "velos"]]
ranking = ranking.values.tolist()
""",
        "Ce sont des stations",
        0,
    ),
}

THEN = {
    "tous les jours": (WRONG["tous les jours"][0], None),
    "un dictionnaire": (WRONG["un dictionnaire"][0], RIGHT["tuples et numpy"]),
}
