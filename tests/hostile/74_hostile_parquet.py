"""Des Parquet faits pour leur lecteur : soixante mégaoctets en quelques octets, index absurde."""

LESSON = "13"
LEVELS = (1, 2)
HEAVY = True
CELLS = {
    "partition": """
import io
import pyarrow as pa, pyarrow.parquet as pq

table = pd.read_csv(io.BytesIO(client.get_object(folder, "releves.csv").read()), sep=";")
months = sorted(set(table["date"].str[:7]))
sink = pa.BufferOutputStream()
heavy = pa.table({"date": ["x" * 60_000_000], "station": [1], "velos": [1]})
pq.write_table(heavy, sink, compression="zstd")
bomb = sink.getvalue().to_pybytes()
for rank, month in enumerate(months):
    data = bomb if rank == 0 else b"PAR1" + bytes(100) + bytes([255, 255, 255, 127]) + b"PAR1"
    client.put_object(folder, f"releves/mois={month}/a.parquet", io.BytesIO(data), len(data))
""",
}
POINTS = {"totals": 2, "write_back": 2, "footer": 2, "partition": 0, "question": 2}
SAYS = {"partition": "Parquet"}
