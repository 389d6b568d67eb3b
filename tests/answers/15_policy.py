_START = """
def make(
    read=need["read"] + "*",
    write=need["write"] + "*",
    listed=need["read"],
    reads=("s3:GetObject",),
    writes=("s3:PutObject",),
    condition=True,
    lists=True,
    version="2012-10-17",
):
    bucket = f"arn:aws:s3:::{need['bucket']}"
    listing = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [bucket]}
    if condition:
        listing["Condition"] = {"StringEquals": {"s3:prefix": [listed]}}
    statements = [
        {"Effect": "Allow", "Action": list(reads), "Resource": [f"{bucket}/{read}"]},
        {"Effect": "Allow", "Action": list(writes), "Resource": [f"{bucket}/{write}"]},
    ]
    statements += [listing] if lists else []
    return {"Version": version, "Statement": statements}


"""

RIGHT = {
    "une fonction, des listes": _START + "policy = make()",
    "ForAnyValue:StringLike": _START
    + """
policy = make()
like = {"s3:prefix": [need["read"] + "*"]}
policy["Statement"][2]["Condition"] = {"ForAnyValue:StringLike": like}
""",
    "un texte JSON": _START + "policy = json.dumps(make())",
    "une interdiction en plus": _START
    + """
policy = make()
policy["Statement"].append(
    {"Effect": "Deny", "Action": ["s3:Delete*", "s3:PutBucket*"], "Resource": ["arn:aws:s3:::*"]}
)
""",
    "lister le préfixe exact ou plus bas, des tuples": _START
    + """
policy = make(reads=("s3:GetObject",))
policy["Statement"][2]["Condition"] = {
    "StringLike": {"s3:prefix": (need["read"], need["read"] + "*")}
}
policy["Statement"] = tuple(policy["Statement"])
""",
}

WRONG = {
    "un autre bucket encore": (
        _START
        + """
policy = make()
policy["Statement"][0]["Resource"].append("arn:aws:s3:::archives/*")
""",
        "il pourrait aussi faire ceci : s3:GetObject sur « archives/a »",
        2,
    ),
    "toutes les entrées": (
        _START + 'policy = make(read="*/" + need["read"].split("/")[1] + "/*")',
        "il pourrait aussi faire ceci",
        2,
    ),
    "les seuls fichiers .csv": (
        _START + 'policy = make(read=need["read"] + "*.csv")',
        "ne pourrait pas faire ceci : s3:GetObject",
        1,
    ),
    "ForAllValues, vrai sans préfixe": (
        _START
        + """
policy = make()
like = {"s3:prefix": [need["read"] + "*"]}
policy["Statement"][2]["Condition"] = {"ForAllValues:StringLike": like}
""",
        "il pourrait aussi faire ceci : s3:ListBucket sur « tout le bucket »",
        2,
    ),
    "tout permis": (
        _START + 'policy = make("*", "*", reads=["s3:*"], condition=False)',
        "il pourrait aussi lire sous",
    ),
    "supprimer aussi": (
        _START + 'policy = make(writes=["s3:PutObject", "s3:DeleteObject"])',
        "il pourrait aussi supprimer",
    ),
    "tout lister": (_START + "policy = make(condition=False)", "aussi lister tout le bucket"),
    "un préfixe qui en commence un autre": (
        _START + 'policy = make(read=need["read"].rstrip("/") + "*")',
        "entrees-privees",
    ),
    "sans lister": (_START + "policy = make(lists=False)", "ne pourrait pas lister"),
    "lister les objets, et non le bucket": (
        _START
        + """
policy = make()
policy["Statement"][2]["Resource"][0] += "/" + need["read"] + "*"
""",
        "cette action porte sur le bucket",
    ),
    "un seul niveau": (
        _START + 'policy = make(read=need["read"] + "a.csv")',
        "ne pourrait pas lire plus bas",
    ),
    "une autre version": (_START + 'policy = make(version="2026-11-20")', "Le champ « Version »"),
    "une règle seule": (
        _START + 'policy = {"Version": "2012-10-17", "Statement": make()["Statement"][0]}',
        "n'a aucune règle",
    ),
    "pas une politique": (_START + "policy = make()['Statement']", "et non un objet JSON"),
    "un principal": (
        _START
        + """
policy = make()
policy["Statement"][0]["Principal"] = "*"
""",
        "a un champ « Principal »",
    ),
    "une autre condition": (
        _START
        + """
policy = make()
policy["Statement"][2]["Condition"] = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
""",
        "ne sait pas évaluer une condition",
    ),
    "un préfixe qui en commence un autre, au dépôt": (
        _START + 'policy = make(write=need["write"].rstrip("/") + "*")',
        "sorties-verifiees",
        2,
    ),
    "les versions": (
        _START + 'policy = make(reads=["s3:GetObject", "s3:GetObjectVersion"])',
        "s3:GetObjectVersion",
        2,
    ),
    "tous les buckets": (
        _START
        + """
policy = make()
policy["Statement"][0]["Resource"] = ["arn:aws:s3:::*/" + need["read"] + "*"]
""",
        "lire dans un autre bucket",
        2,
    ),
    "changer la politique": (
        _START
        + """
policy = make()
policy["Statement"].append(
    {
        "Effect": "Allow",
        "Action": ["s3:PutBucketPolicy"],
        "Resource": [f"arn:aws:s3:::{need['bucket']}"],
    }
)
""",
        "changer la politique du bucket",
        2,
    ),
    "toute action sur les objets à déposer": (
        _START + 'policy = make(writes=["s3:*"])',
        "il pourrait aussi lire sous",
        1,
    ),
    "lister les versions": (
        _START
        + "policy = make()\n"
        + 'policy = json.loads(json.dumps(policy).replace("s3:ListBucket", "s3:List*"))',
        "s3:ListBucketMultipartUploads",
        2,
    ),
    "poser des tags": (
        _START + 'policy = make(writes=["s3:PutObject", "s3:PutObjectTagging"])',
        "s3:PutObjectTagging",
        2,
    ),
}

THEN = {
    "supprimer aussi": (WRONG["supprimer aussi"][0], None),
    "pas une politique": (WRONG["pas une politique"][0], RIGHT["un texte JSON"]),
}
