SECOND = """
sides = {"gauche": {}, "droite": {}}
for item in client.list_objects(bucket_name=tp.bucket("comparer"), recursive=True):
    where, _, name = item.object_name.partition("/")
    with client.get_object(
        bucket_name=tp.bucket("comparer"), object_name=item.object_name
    ) as response:
        sides[where][name] = response.read()
left, right = sides["gauche"], sides["droite"]
difference = {"<": [], ">": [], "!": []}
for name in {**right, **left}:
    if name not in right:
        difference["<"].append(name)
    elif name not in left:
        difference[">"].append(name)
    elif left[name] != right[name]:
        difference["!"].append(name)
"""

DIFFER = """
def side(prefix):
    found = client.list_objects(
        bucket_name=tp.bucket("comparer"), prefix=prefix, recursive={recursive}
    )
    return {{item.object_name{name}: item.{mark} for item in found}}


left, right = side("gauche/"), side("droite/")
both = left.keys() & right.keys()
less, more = sorted(left.keys() - both), sorted(right.keys() - both)
changed = sorted(name for name in both if {changed})
difference = {answer}
"""
GOOD = {
    "recursive": "True",
    "name": ".removeprefix(prefix)",
    "mark": "etag",
    "changed": "left[name] != right[name]",
    "answer": '{"<": less, ">": more, "!": changed}',
}

WRONG = {
    "d'après la taille": (
        DIFFER.format(**GOOD | {"mark": "size"}),
        "mais pas par sa taille",
    ),
    "d'après la date": (
        DIFFER.format(**GOOD | {"changed": "True"}),
        "son contenu est le même",
    ),
    "à l'envers": (
        DIFFER.format(**GOOD | {"answer": '{"<": more, ">": less, "!": changed}'}),
        "sont échangés",
    ),
    "les clés entières": (
        DIFFER.format(**GOOD | {"name": ""}),
        "une fois ce début retiré",
    ),
    "un côté oublié": (
        DIFFER.format(**GOOD | {"answer": '{"<": less, ">": [], "!": changed}'}),
        "La liste « > » n'est pas la bonne",
    ),
    "une seule liste": (
        DIFFER.format(**GOOD | {"answer": "changed"}),
        "un dictionnaire de trois listes",
    ),
}
