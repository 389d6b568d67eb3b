SECOND = """
totals = {"objets": 0, "octets": 0}
for item in client.list_objects(bucket_name=tp.bucket("mesures"), recursive=True):
    if item.object_name.startswith("releves/2026-03/"):
        totals["objets"] += 1
        totals["octets"] += item.size
"""

LISTING = """
found = list(client.list_objects(bucket_name=tp.bucket("mesures"), {options}))
totals = {{"objets": len(found), "octets": sum(item.size or 0 for item in found)}}
"""

WRONG = {
    "sans la barre finale": (
        LISTING.format(options='prefix="releves/2026-03", recursive=True'),
        "Les essais sont comptés",
    ),
    "un seul niveau": (
        LISTING.format(options='prefix="releves/2026-03/"'),
        "niveaux inférieurs",
    ),
    "tout le bucket": (
        LISTING.format(options="recursive=True"),
        "pas le compte",
    ),
    "taille du dernier objet": (
        LISTING.format(options='prefix="releves/2026-03/", recursive=True')
        + 'totals["octets"] = found[-1].size',
        "pas le total des octets",
    ),
    "un couple": (
        "totals = (12, 3456)",
        "un dictionnaire de deux nombres",
    ),
}
