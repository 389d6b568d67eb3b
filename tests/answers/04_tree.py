SECOND = """
bucket = tp.bucket("maison")


def branch(prefix):
    return {
        item.object_name.removeprefix(prefix).rstrip("/"): branch(item.object_name)
        if item.is_dir
        else item.size
        for item in client.list_objects(bucket_name=bucket, prefix=prefix)
    }


tree = branch("")
"""

FOUND = """
found = client.list_objects(bucket_name=tp.bucket("maison"), recursive=True)
"""

WRONG = {
    "clés entières": (
        FOUND + "tree = {item.object_name: item.size for item in found}",
        "contient une barre oblique",
    ),
    "premier niveau seulement": (
        """
found = client.list_objects(bucket_name=tp.bucket("maison"))
tree = {item.object_name.rstrip("/"): {} if item.is_dir else item.size for item in found}
""",
        "les noms ne sont pas ceux du bucket",
    ),
    "feuilles sans taille": (
        FOUND
        + """
tree = {}
for item in found:
    *steps, name = item.object_name.split("/")
    branch = tree
    for step in steps:
        branch = branch.setdefault(step, {})
    branch[name] = None
""",
        "ne sont pas les tailles",
    ),
    "un dictionnaire de trop": (
        FOUND
        + """
tree = {}
for item in found:
    branch = tree
    for step in item.object_name.split("/"):
        branch = branch.setdefault(step, {})
""",
        "sa valeur est un nombre",
    ),
    "des listes": (
        FOUND
        + """
tree = {}
for item in found:
    step, _, rest = item.object_name.partition("/")
    if rest:
        tree.setdefault(step, []).append(rest)
    else:
        tree[step] = item.size
""",
        "un dictionnaire était attendu",
    ),
    "une liste de clés": (
        FOUND + "tree = [item.object_name for item in found]",
        "La réponse doit être un dictionnaire",
    ),
}
