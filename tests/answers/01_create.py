SECOND = """
for name in ("factures", "archives"):
    bucket = f"{tp.space}-{name}"
    if not client.bucket_exists(bucket_name=bucket):
        client.make_bucket(bucket_name=bucket)
"""

WRONG = {
    "un seul des deux": (
        'client.make_bucket(bucket_name=tp.bucket("archives"))',
        "Il manque un bucket",
    ),
    "nom au singulier": (
        """
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("facture"))
""",
        "ou son nom diffère",
    ),
    "un bucket de trop": (
        """
for name in ("archives", "factures", "factures-2026"):
    client.make_bucket(bucket_name=tp.bucket(name))
""",
        "un de trop",
    ),
}
