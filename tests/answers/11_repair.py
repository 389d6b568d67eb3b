_WHOLE = """
bucket = tp.bucket("films")
uploads = {{
    upload["Key"]: {{"Bucket": bucket, "Key": upload["Key"], "UploadId": upload["UploadId"]}}
    for upload in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
}}
film = uploads["film.bin"]
{send}
{complete}
{last}
"""
_SEND = """
numbers = {part["PartNumber"] for part in s3.list_parts(**film)["Parts"]}
missing = min({1, 2, 3, 4} - numbers)
s3.upload_part(**film, PartNumber=missing, Body=read("films", "parties/manquante.bin"))
"""
_COMPLETE = """
parts = [
    {"PartNumber": part["PartNumber"], "ETag": part["ETag"]}
    for part in s3.list_parts(**film)["Parts"]
]
s3.complete_multipart_upload(**film, MultipartUpload={"Parts": parts})
"""
_ABORT = 's3.abort_multipart_upload(**uploads["brouillon.bin"])'


def _whole(send=_SEND, complete=_COMPLETE, last=_ABORT):
    return _WHOLE.format(send=send, complete=complete, last=last)


RIGHT = {
    "pas à pas": _whole(),
    "le brouillon d'abord, une partie copiée": _whole(
        send=_ABORT
        + _SEND.replace("s3.upload_part(", "s3.upload_part_copy(").replace(
            'Body=read("films", "parties/manquante.bin")',
            'CopySource=f"{bucket}/parties/manquante.bin"',
        ),
        last="",
    ),
    "la ressource de boto3": """
import boto3

bucket = tp.bucket("films")
store = boto3.resource(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
)
for upload in store.Bucket(bucket).multipart_uploads.all():
    if upload.object_key == "brouillon.bin":
        upload.abort()
    elif upload.object_key == "film.bin":
        numbers = [part.part_number for part in upload.parts.all()]
        (missing,) = set(range(1, 5)).difference(numbers)
        upload.Part(missing).upload(Body=read("films", "parties/manquante.bin"))
        parts = [{"PartNumber": p.part_number, "ETag": p.e_tag} for p in upload.parts.all()]
        upload.complete(MultipartUpload={"Parts": parts})
""",
    "des URL présignées": """
import re

import requests


def ask(method, key, query, data=None):
    url = client.get_presigned_url(
        method, tp.bucket("films"), key, extra_query_params=query
    )
    reply = requests.request(method, url, data=data)
    reply.raise_for_status()
    return reply


found = s3.list_multipart_uploads(Bucket=tp.bucket("films"))["Uploads"]
ids = {upload["Key"]: upload["UploadId"] for upload in found}
query = {"uploadId": ids["film.bin"]}
listed = ask("GET", "film.bin", query).text
numbers = set(map(int, re.findall(r"<PartNumber>(\\d+)<", listed)))
missing = ({1, 2, 3, 4} - numbers).pop()
ask("PUT", "film.bin", query | {"partNumber": str(missing)}, read("films", "parties/manquante.bin"))
parts = s3.list_parts(Bucket=tp.bucket("films"), Key="film.bin", UploadId=ids["film.bin"])["Parts"]
body = "".join(
    f"<Part><PartNumber>{part['PartNumber']}</PartNumber><ETag>{part['ETag']}</ETag></Part>"
    for part in parts
)
ask(
    "POST", "film.bin", query, f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>"
)
ask("DELETE", "brouillon.bin", {"uploadId": ids["brouillon.bin"]})
""",
}

WRONG = {
    "sans le brouillon": (_whole(last=""), "brouillon.bin", 2),
    "sans la partie": (_whole(send=""), "est terminé sans la partie", 1),
    "la partie seule": (
        _whole(
            send='s3.put_object(Bucket=bucket, Key="film.bin", '
            'Body=read("films", "parties/manquante.bin"))',
            complete="",
        ),
        "ne contient que la partie qui manquait",
        1,
    ),
    "le film supprimé": (
        _whole(send="s3.abort_multipart_upload(**film)", complete=""),
        "supprimé avec ses parties",
        1,
    ),
    "tout supprimé": (
        _whole(
            last="for upload in uploads.values():\n"
            '    if upload["Key"] != "film.bin":\n'
            "        s3.abort_multipart_upload(**upload)"
        ),
        "une équipe au travail",
        0,
    ),
    "la partie en dernier": (
        _whole(send=_SEND.replace("min({1, 2, 3, 4} - numbers)", "5")),
        "n'est pas terminé",
        0,
    ),
    "des zéros": (
        _whole(send=_SEND.replace('read("films", "parties/manquante.bin")', "bytes(5 * 1024**2)")),
        "pas les bonnes",
        1,
    ),
    "envoyée, pas terminée": (_whole(complete=""), "n'est pas terminé", 1),
    "le brouillon terminé": (
        _whole(
            last='draft = uploads["brouillon.bin"]\n'
            "parts = [{key: part[key] for key in ('PartNumber', 'ETag')} "
            'for part in s3.list_parts(**draft)["Parts"]]\n'
            's3.complete_multipart_upload(**draft, MultipartUpload={"Parts": parts})'
        ),
        "est devenu un objet",
        2,
    ),
    "sous un autre numéro": (
        _whole(send=_SEND.replace("min({1, 2, 3, 4} - numbers)", "4")),
        "envoyée sous le numéro 4, où elle a remplacé",
        1,
    ),
}

THEN = {
    "sans le brouillon": (
        WRONG["sans le brouillon"][0],
        """
for upload in s3.list_multipart_uploads(Bucket=tp.bucket("films"))["Uploads"]:
    if upload["Key"] == "brouillon.bin":
        s3.abort_multipart_upload(
            Bucket=tp.bucket("films"), Key=upload["Key"], UploadId=upload["UploadId"]
        )
""",
    ),
    "le film supprimé": (
        WRONG["le film supprimé"][0],
        "tp.repair.reset()\n" + RIGHT["pas à pas"],
    ),
}
