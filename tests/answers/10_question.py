SECOND = """
readings = pd.read_parquet(f"{folder}/releves/jour={day}/part-0.parquet", filesystem=store)
communes = pd.read_csv(f"s3://{folder}/communes.csv", sep=";", storage_options=options)
totals = readings.merge(communes).groupby("commune")["velos"].sum().nlargest(3)
ranking = [[commune, int(total)] for commune, total in totals.items()]
"""

READ = """
readings = ds.dataset(f"{folder}/releves", filesystem=store, partitioning="hive")
communes = pd.read_csv(f"s3://{folder}/communes.csv", sep=";", storage_options=options)
table = readings.to_table().to_pandas().merge(communes)
"""

DAY = 'today = table[table["jour"].astype(str) == day].groupby("commune")["velos"].sum()\n'

WRONG = {
    "tous les jours": (
        READ
        + """
totals = table.groupby("commune")["velos"].sum().nlargest(3)
ranking = [[name, int(total)] for name, total in totals.items()]
""",
        "tous les jours",
    ),
    "à l'envers": (
        READ + DAY + "ranking = [[n, int(t)] for n, t in today.nlargest(3).items()][::-1]",
        "de la plus fournie à la moins fournie",
    ),
    "toutes les communes": (
        READ + DAY + "ranking = [[name, int(total)] for name, total in today.items()]",
        "Trois communes",
    ),
    "les moins fournies": (
        READ + DAY + "ranking = [[n, int(t)] for n, t in today.nsmallest(3).items()]",
        "pas les trois communes",
    ),
    "les noms seuls": (
        READ + DAY + "ranking = list(today.nlargest(3).index)",
        "une liste de couples",
    ),
}
