"""Les fautes d'un débutant et celles des vieux tutoriels, commises pour de vrai, et leur texte."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from string import Template

import pytest
import urllib3
from minio import Minio

from helpers.errors import KIT, Explanation, explain, explain_text, texts

NAMES = {
    "Minio": Minio,
    "client": Minio("127.0.0.1:9", secure=False, region="fr"),
    "bucket": {"bucket_name": "abc", "object_name": "k"},
    "quick": urllib3.PoolManager(retries=urllib3.Retry(total=0)),
    "mute": urllib3.ProxyManager("http://127.0.0.1:9", retries=urllib3.Retry(total=0)),
}
OLD = [
    ("from minio.error import ResponseError", "n'a plus, de `ResponseError`", "S3Error"),
    ("from minio.error import NoSuchKey", "n'a plus, de `NoSuchKey`", '"NoSuchKey"'),
    ("from minio import CopyConditions", "minio n'a pas, ou n'a plus, de `CopyC", "CopySource"),
    ("Minio('http://127.0.0.1:9000')", "plus qu'un hôte et un port", "secure=False"),
    ("Minio('127.0.0.1:9000/bucket')", "plus qu'un hôte et un port", "secure=False"),
    ("Minio('127.0.0.1:port')", "plus qu'un hôte et un port", "secure=False"),
    ("Minio(None)", "Une valeur est None", "os.getenv"),
    ("client.presigned_get_object(**bucket, expires=3600)", "attend une durée", "timedelta("),
    ("client.list_objects('abc')[0]", "list_objects()", "list(client.list_objects(…))"),
    ("len(client.list_objects('abc'))", "list_objects()", "len(objets)"),
    ("client.set_bucket_policy('abc', {})", "texte en JSON", "json.dumps("),
    ("client.copy_object(**bucket, source='/a/b')", "objet CopySource", "CopySource(bucket, clé)"),
    ("client.set_bucket_tags('abc', {})", "`tags` attend un objet Tags", "Importez Tags"),
    ("list(client.remove_objects('abc', ['a']))", "objets DeleteObject", "DeleteObject(cle)"),
    ("client.put_object(**bucket, data='texte', length=5)", "put_object()", "io.BytesIO"),
    ("client.put_object(**bucket, data=open(__file__), length=5)", "flux d'octets", '"rb"'),
    ("client.put_object(**bucket, data=None, length=5)", "None : elle n'a pas de `read`", "return"),
    ("client.fput_object(**bucket, file_path='absent')", "Ce fichier n'existe pas", "Path.cwd()"),
    (r"open('C:\\absent\\a.csv')", "Ce fichier n'existe pas", r'r"C:\dossier'),
    ("Minio('minio:9000', secure=False, http_client=quick).list_buckets()", "« minio » ici", "con"),
    (
        "Minio('a.invalid', http_client=quick).list_buckets()",
        "ne s'appelle « a.invalid »",
        "réseau",
    ),
    ("Minio('a.invalid', http_client=mute).list_buckets()", "Le proxy", "NO_PROXY"),
    (
        "import httpx; httpx.get('http://127.0.0.1:9', trust_env=False)",
        "Aucun programme",
        "serve()",
    ),
    (
        "import requests; requests.get('http://127.0.0.1:9')",
        "Le serveur S3 ne répond pas",
        "connec",
    ),
]
PYTHON = [
    ("clinet", "Le nom `clinet`", "« Exécution »"),
    ("n = 1\ndef f():\n    n += 1\nf()", "`n` est lu avant", "paramètre"),
    ("import jsno", "le module jsno", "%pip install jsno"),
    ("import minio.errors", "minio n'a pas de module minio.errors", "dir(minio)"),
    ("from os import pth", "Le module os n'a pas de `pth`", "dir(os)"),
    ("import os; os.pth", "Le module os n'a pas de `pth`", "dir(os)"),
    ("import re.zut", "Python lit un fichier re.py|La bibliothèque re n'a pas", ""),
    ("None.read()", "elle n'a pas de `read`", "return"),
    *(
        (code, "Une valeur est None", "os.getenv")
        for code in (
            "None['a']",
            "for x in None: pass",
            "len(None)",
            "None()",
            "None + 1",
            "1 - None",
            "'a' + None",
            "int(None)",
            "1 < None",
            "client.make_bucket(None)",
            "open(None)",
            "range(None)",
            "a, b = None",
        )
    ),
    ("b'a' + 'b'", "Du texte (str)", "encode()"),
    ("'a' + b'b'", "Du texte (str)", "decode()"),
    ("import io; io.BytesIO('a')", "Du texte (str)", "encode()"),
    ("b'a'.encode()", "Du texte (str)", "encode()"),
    ("'a'.decode()", "Du texte (str)", "decode()"),
    ("'a' + 1", "une valeur de type int", "str(nombre)"),
    ("1.5 + 'a'", "une valeur de type float", "float(texte)"),
    ("'a' - 'b'", "L'opération - n'existe pas entre les types str et str", "int("),
    ("1 < 'a'", "comparer les types int et str", "int(texte)"),
    ("(lambda x, y: x)()", "Il manque une valeur à l'appel de <lambda>(), au moins `x`", "Maj+Tab"),
    ("Minio()", "à l'appel de Minio.__init__(), au moins `endpoint`", "endpoint=…"),
    ("client.make_bucket(bucket='a')", "Minio.make_bucket() n'a pas de paramètre `bucket`", "Maj"),
    ("client.make_bucket('a', bucket_name='a')", "reçoit deux fois `bucket_name`", "nom"),
    ("(lambda x: x)(1, 2)", "<lambda>() reçoit trop de valeurs", "self"),
    ("len(1, 2)", "pas le bon nombre de valeurs", "Maj+Tab"),
    ("'a'.upper(1)", "pas le bon nombre de valeurs", "Maj+Tab"),
    ("'a'.replace()", "pas le bon nombre de valeurs", "Maj+Tab"),
    ("[1][0](2)", "une valeur de type int", "virgule"),
    ("{}.items[0]", "Une fonction est là où", ".items()"),
    ("for x in {}.items: pass", "Une fonction est là où", ".items()"),
    ("3[0]", "Une valeur de type int ne se lit pas avec des crochets", "type(…)"),
    ("for x in 3: pass", "Une valeur de type int ne se parcourt pas", "range(n)"),
    ("a, b = 3", "Une valeur de type int ne se parcourt pas", "range(n)"),
    ("3 in 4", "Une valeur de type int ne se parcourt pas", "range(n)"),
    ("[1]['a']", "et non avec une valeur de type str", 'liste[0]["nom"]'),
    ("'ab'['a']", "et non avec une valeur de type str", "json.loads(texte)"),
    ("range('3')", "Un nombre est attendu, et non une valeur de type str", "int(texte)"),
    ("int([])", "Un nombre est attendu, et non une valeur de type list", "int(texte)"),
    ("client.make_bucket(3)", "Un texte est attendu", "str(…)"),
    ("import json; json.dumps(b'')", "une valeur de type bytes", "octets.decode()"),
    ("{[]: 1}", "Une valeur de type list", "tuple(liste)"),
    ("'abc'[0] = 'x'", "Une valeur de type str ne se modifie pas", "replace("),
    ("client.bucket_exist('a')", "Une valeur de type Minio n'a pas de `bucket_exist`", "dir(…)"),
    ("Minio.zut", "Une valeur de type Minio n'a pas de `zut`", "dir(…)"),
    ("{}['a']", "Aucune entrée n'a la clé 'a'", ".get(clé)"),
    ("[][0]", "Ce rang n'existe pas", "len(liste)"),
    ("[].pop()", "Ce rang n'existe pas", "vide"),
    ("int('3,5')", "int() ne lit pas '3,5'", "float(texte)"),
    ("float('3,5')", "float() ne lit pas '3,5'", 'replace(",", ".")'),
    ("a, b = 1, 2, 3", "pas autant de noms", "items()"),
    ("a, b = [1]", "pas autant de noms", "items()"),
    ("[].index(3)", "La valeur cherchée", "in liste"),
    ("[].remove(3)", "La valeur cherchée", "in liste"),
    ("min([])", "min() ne peut rien choisir", "min(liste, default=None)"),
    ("import json; json.loads('{a')", "pas du JSON (ligne 1, colonne 2)", "guillemets"),
    ("len(3)", "type int n'a pas de longueur", "list(…)"),
    ("assert 1 == 2", "celle-ci est fausse", "Affichez les deux côtés"),
    ("raise MemoryError", "La mémoire de cette machine", "par morceaux"),
    ("1 / 0", "Une division par zéro", "len(liste) == 0"),
    ("1 % 0", "Une division par zéro", "len(liste) == 0"),
    (r"b'\xe9'.decode()", "pas un texte en utf-8", "cp1252"),
    ("'é'.encode('ascii')", "Le codage ascii", "UTF-8"),
    ("open(__file__).write('a')", "n'est pas ouvert pour cela", '"w"'),
    ("next(iter([]))", "next() est arrivé au bout", "None"),
    ("def f(): f()\nf()", "s'appelle elle-même", "sans s'appeler"),
    ("raise KeyboardInterrupt", "Cette cellule a été interrompue", "de nouveau"),
    ("open('absent.csv')", "Ce fichier n'existe pas", "Path.cwd()"),
]
READING = [
    ("print('a'", "Le signe « ( »", "referme"),
    ("x = [1, 2", "Le signe « [ »", "referme"),
    ("x = 1)", "Le signe « ) » ne referme rien", "ouvre"),
    ("x = (1]", "Le signe « ] » referme un « ( »", "( ), [ ] et { }"),
    ("if True\n    1", "Il manque un deux-points", "if, else"),
    ("if x = 3:\n    1", "Un seul signe =", "=="),
    ("5 = x", "Un seul signe =|à gauche du signe =", "="),
    ("f() = 1", "Un seul signe =|à gauche du signe =", "="),
    ("print 'a'", "print est une fonction", "print(…)"),
    (r"x = 'C:\Users\lea'", "barre oblique inverse", 'r"C:'),
    ("x = 'abc", "Un guillemet ouvert", '"""'),
    ('x = """abc', "Un guillemet ouvert", '"""'),
    ("x = [1 2]", "une virgule", "^"),
    ("x = 3a", "un nombre|Ce nombre est mal écrit", ""),
    ("x = 012", "Ce nombre est mal écrit", "zéro"),
    ("x = “abc”", "Le caractère « “ »", "clavier"),
    ("x =\u00a01", "Un caractère invisible", "insécables"),
    ("return 3", "return ne s'écrit que dans une fonction", "def"),
    ("break", "break ne s'écrit que dans une boucle", "for"),
    ("f(a=1, 2)", "Une valeur sans nom suit", "nom"),
    ("class = 3", "Python ne comprend pas", "class"),
    ("if True:\n1", "il manque un bloc décalé", "Tab"),
    ("if True:\n    1\n  2", "n'est alignée avec aucune", "espaces"),
    ("x = 1\n    y = 2", "des espaces de trop", "Maj+Tab"),
    ("if True:\n\tx = 1\n        y = 2", "Des tabulations", "quatre espaces"),
]


def told(code: str) -> Explanation:
    """Renvoie l'explication de l'erreur que lève ce code, la même d'après son texte seul."""
    with pytest.raises(BaseException) as caught:
        exec(compile(code, "<cellule>", "exec"), {**NAMES, "__file__": __file__})  # noqa: S102
    found = explain(caught.value)
    assert found is not None, repr(caught.value)
    assert found == explain_text(type(caught.value).__name__, str(caught.value))
    return found


@pytest.mark.parametrize(("code", "fact", "remedy"), [*OLD, *PYTHON, *READING])
def test_a_fault_is_told(code: str, fact: str, remedy: str) -> None:
    found = told(code)
    assert any(part in found.fact for part in fact.split("|")), found
    assert remedy in found.remedy, found


def test_a_tls_client_of_a_plain_server_is_told_to_drop_tls(client: Minio) -> None:
    endpoint = client._base_url.host
    found = told(f"Minio({endpoint!r}, http_client=quick).list_buckets()")
    assert found.fact.startswith("La connexion HTTPS échoue")
    assert "secure=False" in found.remedy


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("certificate is not valid for 'localhost'. (_ssl.c:1006)", "au nom de « localhost »"),
        ("hostname '127.0.0.1' doesn't match 's3.exemple.org'", "au nom de « 127.0.0.1 »"),
        ("certificate verify failed: certificate has expired", "a expiré"),
        ("certificate verify failed: certificate is not yet valid", "pas encore valable"),
        ("[Errno 2] No such file or directory", "n'existe pas"),
        ("[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate", "ne contient pas de certificat"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "parle sans doute HTTP"),
    ],
)
def test_a_refused_certificate_says_why(text: str, fact: str) -> None:
    assert fact in explain_text("SSLError", text).fact


def test_an_unknown_certificate_is_told_from_its_text() -> None:
    # Un serveur au certificat inconnu demanderait une autorité : openssl donne ce texte.
    text = "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] …')))"
    found = explain_text("MaxRetryError", f"HTTPSConnectionPool(…): Max retries exceeded {text}")
    assert found is not None
    assert "REQUESTS_CA_BUNDLE" in found.remedy


@pytest.mark.parametrize("run", ["asyncio.run(f())", "uvicorn.run(f, log_level='critical')"])
def test_a_second_loop_is_told(run: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        exec(  # noqa: S102
            "import asyncio, uvicorn\nasync def f(*scope): pass\n"
            f"async def cell(): {run}\nasyncio.run(cell())",
            {},
        )
    found = explain(caught.value)
    assert found is not None
    assert "serve(app)" in found.remedy


@pytest.mark.parametrize(
    "code",
    ["from minio import Minio", "import minio; minio.Minio", "from minio.error import S3Error"],
)
def test_a_file_named_minio_beside_the_notebook_is_told(tmp_path: Path, code: str) -> None:
    (tmp_path / "minio.py").write_text(
        "from minio import Minio\n" if "from minio i" in code else ""
    )
    script = (
        "import sys; sys.path.insert(0, '')\ntry:\n"
        f"    {code}\nexcept Exception as error:\n    print(type(error).__name__, error, sep='|')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = explain_text(*done.stdout.rstrip("\n").split("|", 1))
    assert found is not None, done.stdout
    assert "minio.py, sans doute le vôtre" in found.fact
    assert "« Redémarrer le noyau… »" in found.remedy


def test_every_text_is_two_sentences_and_uses_only_what_its_pattern_finds() -> None:
    known = texts("explanations")
    for entry in known["explanation"] + known["code"]:
        assert all(entry[part].endswith(".") for part in ("fact", "remedy")), entry
        used = {
            name for part in ("fact", "remedy") for name in Template(entry[part]).get_identifiers()
        }
        for case in entry.get("when", [{}]):
            assert used - {"kit"} <= set(re.compile(case.get("says", "")).groupindex), entry


def test_what_a_text_quotes_is_bounded_and_says_how_the_kit_is_called() -> None:
    found = explain_text("KeyError", repr("é" * 9999))
    assert found is not None
    assert len(found.fact) < 120
    assert KIT in str(explain_text("MaxRetryError", "Max retries exceeded"))
    assert "$" not in str(explain_text("KeyError", "'$kit ${HOME}'")).replace("'$kit ${HOME}'", "")


@pytest.mark.parametrize("text", ["", "x" * 99999, "\x00\ud800", "'" * 5000, "(" * 5000])
def test_any_text_is_read_in_bounded_time(text: str) -> None:
    kinds = {
        kind
        for entry in texts("explanations")["code"]
        for w in entry["when"]
        for kind in w["kinds"]
    }
    for kind in kinds:
        explain_text(kind, text)
