"""Lire une politique : une phrase pour chaque faute, et rien d'enregistré."""

from __future__ import annotations

import json

import pytest
from minio import Minio
from minio.error import S3Error

from helpers import explain, fresh_bucket
from helpers.errors import ContentError
from helpers.topics.policies import like, prefix_policy, read_policy, set_policy

BUCKET = "coffre"
RULE = {
    "Effect": "Allow",
    "Principal": {"AWS": ["*"]},
    "Action": ["s3:GetObject"],
    "Resource": [f"arn:aws:s3:::{BUCKET}/public/*"],
}


def policy(*more: dict, bucket: str = BUCKET, **changes: object) -> dict:
    rule = {name: value for name, value in (RULE | changes).items() if value is not None}
    rules = [rule, *more]
    text = json.dumps({"Version": "2012-10-17", "Statement": rules})
    return json.loads(text.replace(f":::{BUCKET}", f":::{bucket}"))


# Chaque politique mal formée, et un fragment de ce qui en est dit.
MALFORMED = {
    "texte": ("bonjour", "ligne 1, colonne 1"),
    "tronquée": (json.dumps(policy())[:-9], "n'est pas du JSON"),
    "virgule en trop": ('{\n  "Version": "2012-10-17",\n}', "ligne 3, colonne 1"),
    "guillemets simples": (str(policy()), "n'est pas du JSON"),
    "vide": ("", "n'est pas du JSON"),
    "trop imbriquée": ("[" * 100_000, "non un objet JSON"),
    "liste": ("[]", "une liste"),
    "nombre": ("12", "12, et non un objet"),
    "sans version": ({"Statement": [RULE]}, "« Version » de la politique est absent"),
    "version du jour": ({"Version": "2026-11-20", "Statement": [RULE]}, "« 2026-11-20 »"),
    "sans règle": ({"Version": "2012-10-17", "Statement": []}, "aucune règle"),
    "règle sans crochets": ({"Version": "2012-10-17", "Statement": RULE}, "aucune règle"),
    "règle en texte": ({"Version": "2012-10-17", "Statement": ["Allow"]}, "aucune règle"),
    "champ du document": (policy() | {"Statements": []}, "La politique a un champ « Statements »"),
    "effet": (policy(Effect="Permit"), "son champ « Effect » est « Permit »"),
    "à personne": (policy(Principal=None), "à qui elle s'applique"),
    "principal vide": (policy(Principal={"AWS": []}), "à qui elle s'applique"),
    "sans action": (policy(Action=None), "« Action »"),
    "action nombre": (policy(Action=[1]), "« Action »"),
    "action mal écrite": (policy(Action="s3:GetObjet"), "« s3:GetObjet »"),
    "sans ressource": (policy(Resource=None), "« Resource »"),
    "ressource sans ARN": (policy(Resource="public/*"), "n'est pas une ressource S3"),
    "autre bucket": (policy(Resource="arn:aws:s3:::autre/*"), "vise « autre »"),
    "objet sur un bucket": (policy(Resource=f"arn:aws:s3:::{BUCKET}"), "porte sur des objets"),
    "liste sur des objets": (policy(Action="s3:ListBucket"), "porte sur le bucket"),
    "champ mal écrit": (policy(Conditions={}), "« Conditions »"),
    "condition plate": (policy(Condition={"StringLike": "public/*"}), "condition mal construite"),
    "opérateur": (policy(Condition={"StringLik": {"s3:prefix": "a"}}), "« StringLik »"),
    "seconde règle": (policy({"Effect": "allow"}), "La règle 2 : son champ « Effect »"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_policy_gets_a_sentence(name: str) -> None:
    document, words = MALFORMED[name]
    with pytest.raises(ContentError) as caught:
        read_policy(document, bucket=BUCKET)
    assert words in caught.value.fact
    assert caught.value.remedy.endswith((".", "…"))


def test_a_close_name_is_suggested() -> None:
    for document, words in (
        (policy(Action="s3:GetObjet"), "« s3:GetObject »"),
        (policy(Conditions={}), "« Condition »"),
    ):
        with pytest.raises(ContentError) as caught:
            read_policy(document, bucket=BUCKET)
        assert f"Vouliez-vous dire {words}" in caught.value.remedy


def test_a_refused_policy_leaves_the_previous_one(client: Minio) -> None:
    bucket = fresh_bucket(client, "essai-politiques")
    set_policy(client, bucket, policy(bucket=bucket))
    before = client.get_bucket_policy(bucket_name=bucket)
    for document, _ in MALFORMED.values():
        text = document if isinstance(document, str) else json.dumps(document)
        with pytest.raises(ContentError):
            set_policy(client, bucket, text.replace(f":::{BUCKET}", f":::{bucket}"))
    assert client.get_bucket_policy(bucket_name=bucket) == before


@pytest.mark.both_servers
@pytest.mark.parametrize("name", ["texte", "sans version", "effet", "opérateur"])
def test_the_refusal_of_the_server_is_explained(client: Minio, name: str) -> None:
    bucket = fresh_bucket(client, "essai-politiques")
    document, _ = MALFORMED[name]
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(S3Error) as caught:
        client.set_bucket_policy(bucket_name=bucket, policy=text.replace(BUCKET, bucket))
    assert "mal formée" in str(explain(caught.value))
    with pytest.raises(S3Error) as absent:
        client.get_bucket_policy(bucket_name=bucket)
    assert "n'a pas de politique" in str(explain(absent.value))


GOOD = (
    policy(),
    policy(Principal="*", Action="s3:Get*", Sid="lecture"),
    policy(Action="s3:*", Resource=[f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]),
    policy(Condition={"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}),
    policy(Condition={"StringLike": {"aws:Referer": "*"}}),
)


@pytest.mark.both_servers
@pytest.mark.parametrize("document", GOOD)
def test_a_good_policy_is_accepted_by_the_kit_and_by_the_server(
    client: Minio, document: dict
) -> None:
    bucket = fresh_bucket(client, "essai-politiques")
    text = json.dumps(document).replace(f":::{BUCKET}", f":::{bucket}")
    assert read_policy(text, bucket=bucket) == json.loads(text)
    set_policy(client, bucket, text)


def test_a_prefix_policy_wants_a_closed_prefix() -> None:
    for prefix in ("", "alice", "/", "/alice/", "alice//", "*/", "a?/", "${aws:username}/", "a/b"):
        with pytest.raises(ContentError, match="ne délimite pas"):
            prefix_policy(BUCKET, prefix)
    rights = prefix_policy(BUCKET, "equipes/alice/")
    assert read_policy(rights) == rights
    with pytest.raises(ContentError, match="réservé aux politiques de bucket"):
        read_policy(policy())


def test_a_pattern_is_not_a_regular_expression() -> None:
    assert like("a.b/*", "a.b/c\nd")
    assert not like("a.b/*", "axb/c")
    assert like("a?", "ab")
    assert not like("[ab]", "a")


def test_a_pattern_full_of_stars_does_not_hang() -> None:
    """Une réponse d'élève arrive jusqu'ici, dans le processus qui corrige."""
    assert not like("*a" * 30 + "b", "a" * 200)
