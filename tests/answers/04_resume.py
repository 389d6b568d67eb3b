SECOND = """
found = client.list_objects(bucket_name=tp.bucket("collecte"), recursive=True)
keys = sorted(item.object_name for item in found)
remaining = [key for key in keys if key.startswith("journaux/") and key > last]
"""

LISTING = """
found = client.list_objects(bucket_name=tp.bucket("collecte"), {options})
remaining = [item.object_name for item in found]
"""

WRONG = {
    "depuis le début": (
        LISTING.format(options='prefix="journaux/", recursive=True'),
        "déjà traités",
    ),
    "sans préfixe": (
        LISTING.format(options="recursive=True, start_after=last"),
        "autre chose que des clés de journaux",
    ),
    "une clé sautée": (
        LISTING.format(options='prefix="journaux/", recursive=True, start_after=last')
        + "remaining = remaining[1:]",
        "Il manque des journaux",
    ),
    "à l'envers": (
        LISTING.format(options='prefix="journaux/", recursive=True, start_after=last')
        + "remaining.reverse()",
        "pas dans l'ordre",
    ),
    "la clé seule": (
        "remaining = last",
        "une liste de clés",
    ),
}
