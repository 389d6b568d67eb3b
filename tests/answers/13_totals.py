_READ = """
table = pd.read_csv(path, sep=";", decimal=",", storage_options=options)
working = table[table["en service"] == "OUI"]
"""
_SUM = 'groupby("commune")[["velos", "km"]].{how}().to_dict("index")'

RIGHT = {
    "le module csv": """
import csv

totals = {}
with fs.open(path, "r", encoding="utf-8") as file:
    for row in csv.DictReader(file, delimiter=";"):
        if row["en service"] == "OUI":
            total = totals.setdefault(row["commune"], {"velos": 0, "km": 0})
            total["velos"] += int(row["velos"])
            total["km"] += float(row["km"].replace(",", "."))
""",
    "sans decimal=, en Decimal": """
from decimal import Decimal

table = pd.read_csv(path, sep=";", dtype=str, storage_options=options)
totals = {}
for _, row in table[table["en service"].eq("OUI")].iterrows():
    total = totals.setdefault(row["commune"], {"km": Decimal(0), "velos": Decimal(0)})
    total["velos"] += Decimal(row["velos"])
    total["km"] += Decimal(row["km"].replace(",", "."))
""",
    "nombres de numpy": _READ
    + """
import numpy

totals = {
    name: {"velos": rows["velos"].to_numpy().sum(), "km": numpy.float32(rows["km"].sum())}
    for name, rows in working.groupby("commune")
}
""",
    "duckdb": _READ
    + """
found = duckdb.sql(
    "FROM working SELECT commune, sum(velos), sum(km) GROUP BY commune"
).fetchall()
totals = {commune: dict(zip(("velos", "km"), pair)) for commune, *pair in found}
""",
    "arrondi au dixième": _READ
    + """
totals = working.pivot_table(index="commune", values=["velos", "km"], aggfunc="sum")
totals = totals.round(1).T.to_dict()
""",
}

WRONG = {
    "stations hors service comptées": (
        f"{_READ}totals = table.{_SUM.format(how='sum')}",
        "Les stations hors service sont comptées",
        0,
    ),
    "celles hors service seulement": (
        f"{_READ}totals = table[table['en service'] != 'OUI'].{_SUM.format(how='sum')}",
        "ceux des stations hors service",
        0,
    ),
    "kilomètres entiers": (
        _READ
        + """
totals = {
    commune: {"velos": int(rows["velos"].sum()), "km": int(rows["km"].astype(int).sum())}
    for commune, rows in working.groupby("commune")
}
""",
        "Les décimales sont perdues",
        1,
    ),
    "arrondis": (
        f"{_READ}totals = working.groupby('commune')[['velos', 'km']].sum().round()\n"
        "totals = totals.to_dict('index')",
        "Les kilomètres sont arrondis",
        1,
    ),
    "virgules enlevées": (
        """
table = pd.read_csv(path, sep=";", thousands=",", storage_options=options)
working = table[table["en service"] == "OUI"]
"""
        f"totals = working.{_SUM.format(how='sum')}",
        "dix fois trop",
        1,
    ),
    "virgule décimale oubliée": (
        """
table = pd.read_csv(path, sep=";", storage_options=options)
working = table[table["en service"] == "OUI"]
"""
        f"totals = working.{_SUM.format(how='sum')}",
        "la virgule est décimale",
        1,
    ),
    "moyennes": (
        f"{_READ}totals = working.{_SUM.format(how='mean')}",
        "Ce sont des moyennes",
        0,
    ),
    "une commune oubliée": (
        f"{_READ}totals = working.{_SUM.format(how='sum')}\ndel totals['Pantin']",
        "il manque 1\xa0nom",
        0,
    ),
    "communes lues en latin-1": (
        _READ.replace("decimal", 'encoding="latin-1", decimal')
        + f"totals = working.{_SUM.format(how='sum')}",
        "a été lu comme du latin-1",
        0,
    ),
    "dictionnaire à l'envers": (
        _READ + 'totals = working.groupby("commune")[["velos", "km"]].sum().to_dict()',
        "Le dictionnaire est à l'envers",
        0,
    ),
    "un DataFrame": (_READ + "totals = working", "contient un objet « DataFrame »", 0),
}

THEN = {
    "stations hors service comptées": (WRONG["stations hors service comptées"][0], None),
    "un DataFrame": (WRONG["un DataFrame"][0], RIGHT["duckdb"]),
}
