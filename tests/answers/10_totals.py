SECOND = """
import csv

totals = {}
with fs.open(path, "r", encoding="utf-8") as file:
    for row in csv.DictReader(file, delimiter=";"):
        if row["en service"] == "OUI":
            total = totals.setdefault(row["commune"], {"velos": 0, "km": 0})
            total["velos"] += int(row["velos"])
            total["km"] += float(row["km"].replace(",", "."))
"""

READ = """
table = pd.read_csv(path, sep=";", decimal=",", storage_options=options)
working = table[table["en service"] == "OUI"]
"""

WRONG = {
    "stations hors service comptées": (
        READ + 'totals = table.groupby("commune")[["velos", "km"]].sum().to_dict("index")',
        "hors service",
    ),
    "kilomètres entiers": (
        READ
        + """
totals = {
    commune: {"velos": int(rows["velos"].sum()), "km": int(rows["km"].astype(int).sum())}
    for commune, rows in working.groupby("commune")
}
""",
        "virgule est décimale",
    ),
    "moyennes": (
        READ + 'totals = working.groupby("commune")[["velos", "km"]].mean().to_dict("index")',
        "pas les totaux",
    ),
    "une seule commune": (
        READ + 'totals = {"Clichy": {"velos": 12, "km": 345.6}}',
        "Les communes ne sont pas celles",
    ),
    "dictionnaire à l'envers": (
        READ + 'totals = working.groupby("commune")[["velos", "km"]].sum().to_dict()',
        "pour chaque commune",
    ),
    "un DataFrame": (READ + "totals = working", "contient un objet « DataFrame »"),
}
