_START = """
def make(
    own="${jwt:preferred_username}/*",
    listed="${jwt:preferred_username}/*",
    actions=("s3:GetObject", "s3:PutObject"),
    shared=("s3:GetObject",),
    condition=True,
):
    bucket = f"arn:aws:s3:::{role['bucket']}"
    listing = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [bucket]}
    if condition:
        listing["Condition"] = {"StringLike": {"s3:prefix": [listed]}}
    common = f"{bucket}/{role['commun']}*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": list(actions), "Resource": [f"{bucket}/{own}"]},
            listing,
            {"Effect": "Allow", "Action": list(shared), "Resource": [common]},
        ],
    }


"""

RIGHT = {
    "une fonction, des listes": _START + "policy = make()",
    "un texte JSON": _START + "policy = json.dumps(make())",
    "le préfixe exact, ou plus bas": _START
    + """
name = "${jwt:preferred_username}"
policy = make()
policy["Statement"][1]["Condition"] = {
    "StringLike": {"s3:prefix": (f"{name}/", f"{name}/*")}
}
""",
    "une interdiction en plus": _START
    + """
policy = make()
policy["Statement"].append(
    {"Effect": "Deny", "Action": ["s3:Delete*"], "Resource": ["arn:aws:s3:::*"]}
)
""",
    "lire ensemble, déposer à part": """
bucket, name = "arn:aws:s3:::" + role["bucket"], "${jwt:preferred_username}"
allow = {"Effect": "Allow"}
policy = {
    "Version": "2012-10-17",
    "Statement": (
        allow
        | {
            "Action": "s3:GetObject",
            "Resource": [f"{bucket}/{name}/*", f"{bucket}/{role['commun']}*"],
        },
        allow | {"Action": "s3:PutObject", "Resource": f"{bucket}/{name}/*"},
        allow
        | {
            "Action": "s3:ListBucket",
            "Resource": bucket,
            "Condition": {"StringEquals": {"s3:prefix": f"{name}/"}},
        },
    ),
}
""",
}

WRONG = {
    "sans la barre": (
        _START + 'policy = make(own="${jwt:preferred_username}*")',
        "pourrait aussi lire sous",
    ),
    "lister sans la barre": (
        _START + 'policy = make(listed="${jwt:preferred_username}*")',
        "pourrait aussi lister",
    ),
    "lister tout": (_START + "policy = make(condition=False)", "pourrait aussi lister"),
    "un nom écrit": (
        _START + 'policy = make(own="ana/*", listed="ana/*")',
        "ne contient pas la variable du nom",
    ),
    "une autre variable": (
        _START + 'policy = make(own="${aws:username}/*", listed="${aws:username}/*")',
        "une variable que le jeton ne donne pas",
    ),
    "supprimer aussi": (
        _START + 'policy = make(actions=["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])',
        "pourrait aussi supprimer",
    ),
    "tout permis chez soi": (
        _START + 'policy = make(actions=["s3:*"])',
        "pourrait aussi",
    ),
    "déposer dans les documents communs": (
        _START + 'policy = make(shared=["s3:GetObject", "s3:PutObject"])',
        "pourrait aussi déposer sous",
    ),
    "sans déposer": (
        _START + 'policy = make(actions=["s3:GetObject"])',
        "ne pourrait pas déposer",
    ),
    "lister aussi les documents communs": (
        _START
        + """
policy = make()
own = "${jwt:preferred_username}/*"
policy["Statement"][1]["Condition"] = {"StringLike": {"s3:prefix": [own, f"{role['commun']}*"]}}
""",
        "pourrait aussi lister",
        1,
    ),
    "lister les buckets au nom voisin": (
        _START + 'policy = make()\npolicy["Statement"][1]["Resource"][0] += "*"',
        "lister un autre bucket",
        1,
    ),
}

THEN = {
    "sans la barre": (WRONG["sans la barre"][0], RIGHT["une fonction, des listes"]),
    "une autre variable": (WRONG["une autre variable"][0], RIGHT["lire ensemble, déposer à part"]),
}
