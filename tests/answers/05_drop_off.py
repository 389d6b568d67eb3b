_SIGN = """
from dataclasses import replace
from datetime import timedelta

from helpers.s3 import client_for

public = client_for(replace(server, endpoint=parcel["address"]))


def sign(client=public, method="PUT", minutes=10, key=parcel["key"]):
    return client.get_presigned_url(
        method=method,
        bucket_name=tp.bucket("mobile"),
        object_name=key,
        expires=timedelta(minutes=minutes),
    )


"""
_HEADERS = '"headers": {"content-type": "image/jpeg"}'
_RIGHT = f'{{"method": "PUT", "url": sign(), {_HEADERS}}}'

RIGHT = {
    "le livreur a déjà essayé": _SIGN
    + f"""
order = {_RIGHT}
requests.put(order["url"], data=b"essai", headers=order["headers"], timeout=5)
""",
    "des en-têtes de plus": _SIGN
    + """
headers = {
    "Content-Type": parcel["content_type"], "Cache-Control": "no-store",
    "Host": parcel["address"],
}
order = {"headers": headers, "url": sign(), "method": "PUT"}
""",
    "la méthode en minuscules, une entrée de plus": _SIGN
    + """
order = dict(method="put", url=sign(), headers={"CONTENT-TYPE": "Image/JPEG"})
order["expires_in"] = timedelta(minutes=10).total_seconds()
""",
    "une classe dict, un client de minio": """
from collections import OrderedDict
from datetime import timedelta

from minio import Minio
from minio.credentials import StaticProvider

phone = Minio(
    parcel["address"],
    credentials=StaticProvider(server.access_key, server.secret_key, server.session_token),
    secure=server.secure,
    region="us-east-1",
)
url = phone.presigned_put_object(tp.bucket("mobile"), parcel["key"], timedelta(seconds=600))
order = OrderedDict(
    method="PUT", url=url, headers=OrderedDict([("Content-Type", parcel["content_type"])])
)
""",
    "boto3, le type signé": """
import boto3
from botocore.config import Config

s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{parcel['address']}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
)
wish = {"Bucket": tp.bucket("mobile"), "Key": parcel["key"], "ContentType": "image/jpeg"}
url = s3.generate_presigned_url("put_object", Params=wish, ExpiresIn=600)
order = {"method": "PUT", "url": url, "headers": {"Content-Type": "image/jpeg"}}
""",
    "CaseInsensitive": """
from minio import Minio
from datetime import timedelta

phone = Minio(
    endpoint=parcel["address"],
    access_key=server.access_key,
    secret_key=server.secret_key,
    session_token=server.session_token,
    region=server.region,
    secure=server.secure,
)
b = tp.bucket("mobile")
from requests.structures import CaseInsensitiveDict

order = {
    "method": "PUT",
    "url": phone.presigned_put_object(b, parcel["key"], timedelta(minutes=10)),
    "headers": CaseInsensitiveDict({"Content-Type": parcel["content_type"]}),
}
""",
}
# Une session STS ne signe pas en version 2 : une copie a donc un utilisateur à elle.
RIGHT["boto3, signature 2"] = RIGHT["boto3, le type signé"].replace("s3v4", "s3")

WRONG = {
    "l'adresse de l'API": (
        _SIGN + f'order = {{"method": "PUT", "url": sign(client), {_HEADERS}}}',
        "L'adresse de cette URL",
        0,
    ),
    "l'hôte réécrit": (
        _SIGN
        + 'url = sign(client).replace(server.endpoint, parcel["address"])\n'
        + f'order = {{"method": "PUT", "url": url, {_HEADERS}}}',
        "signée pour une autre adresse, puis réécrite",
        1,
    ),
    "signée pour lire": (
        _SIGN + f'order = {{"method": "PUT", "url": sign(method="GET"), {_HEADERS}}}',
        "l'URL est signée pour GET",
        1,
    ),
    "la durée par défaut": (
        _SIGN + f'order = {{"method": "PUT", "url": sign(minutes=7 * 1440), {_HEADERS}}}',
        "La durée de cette URL",
        0,
    ),
    "sans type": (
        _SIGN + 'order = {"method": "PUT", "url": sign(), "headers": {}}',
        "Le type de la photo n'est pas dans les en-têtes",
        1,
    ),
    "un type quelconque": (
        _SIGN
        + 'headers = {"Content-Type": "application/octet-stream"}\n'
        + 'order = {"method": "PUT", "url": sign(), "headers": headers}',
        "n'est pas celui de la commande",
        1,
    ),
    "le type dans l'URL": (
        _SIGN
        + 'url = public.get_presigned_url("PUT", tp.bucket("mobile"), parcel["key"], '
        + "expires=timedelta(minutes=10), "
        + 'response_headers={"response-content-type": "image/jpeg"})\n'
        + 'order = {"method": "PUT", "url": url, "headers": {}}',
        "Le type de la photo n'est pas dans les en-têtes",
        1,
    ),
    "les en-têtes en texte": (
        _SIGN + 'order = {"method": "PUT", "url": sign(), "headers": "Content-Type: image/jpeg"}',
        "Les en-têtes doivent être un dictionnaire, pas un texte",
        1,
    ),
    "un POST": (
        _SIGN + f'order = {{"method": "POST", "url": sign(), {_HEADERS}}}',
        "ne dépose pas un objet",
        0,
    ),
    "une autre clé": (
        _SIGN + f'order = {{"method": "PUT", "url": sign(key="photo.jpg"), {_HEADERS}}}',
        "désigne un autre objet",
        0,
    ),
    "l'URL seule": (_SIGN + "order = sign()", "doit être un dictionnaire, pas un texte", 0),
    "sans en-têtes": (
        _SIGN + 'order = {"method": "PUT", "url": sign()}',
        "Il manque à l'ordre : headers",
        0,
    ),
    "clés S3 dans les en-têtes": (
        """
from minio import Minio
from datetime import timedelta

phone = Minio(
    endpoint=parcel["address"],
    access_key=server.access_key,
    secret_key=server.secret_key,
    session_token=server.session_token,
    region=server.region,
    secure=server.secure,
)
b = tp.bucket("mobile")
order = {
    "method": "PUT",
    "url": phone.presigned_put_object(b, parcel["key"], expires=timedelta(minutes=10)),
    "headers": {"Content-Type": parcel["content_type"], "Authorization": server.secret_key},
}
""",
        "Authorization",
    ),
}

THEN = {
    "l'adresse de l'API": (WRONG["l'adresse de l'API"][0], None),
    "sans type": (WRONG["sans type"][0], None),
}
