"""Signer ce que demandent les exercices des leçons 05 et 07, et le faire juger."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from minio.datatypes import PostPolicy

from helpers.s3 import client_for
from helpers.server import find
from kit_minio.checks import series
from kit_minio.checks.lesson_05_presigned.sharing import parcel_of, request_of
from kit_minio.checks.lesson_07_receiving.form import prefix_of
from kit_minio.checks.model import Context, evaluate
from kit_minio.checks.store_requests import public_host

TASKS = {task.name: task for number in ("05", "07") for task in series(number).exercises}


def prepared(client, space, name):
    context = Context(client, space, 1, name)
    TASKS[name].prepare(context)
    return context


def judge(context, answer):
    context.answer = answer
    return evaluate(TASKS[context.name], context)


def link(context, host=None):
    key, _ = request_of(context)
    url = context.client.presigned_get_object(
        bucket_name=context.bucket("cours"), object_name=key, expires=timedelta(hours=1)
    )
    return url.replace(url.split("/")[2], host) if host else url


def order(context):
    url = client_for(replace(find(), endpoint=public_host(context))).presigned_put_object(
        bucket_name=context.bucket("mobile"),
        object_name=parcel_of(context),
        expires=timedelta(minutes=10),
    )
    return {"method": "PUT", "url": url, "headers": {"Content-Type": "image/jpeg"}}


def form(context, host):
    bucket = context.bucket("concours")
    policy = PostPolicy(bucket_name=bucket, expiration=datetime.now(UTC) + timedelta(hours=1))
    policy.add_starts_with_condition(element="key", value=prefix_of(context))
    policy.add_starts_with_condition(element="Content-Type", value="image/")
    policy.add_content_length_range_condition(lower_limit=0, upper_limit=1 << 20)
    fields = context.client.presigned_post_policy(policy=policy)
    return {"url": f"http://{host}/{bucket}", "fields": fields}


def store(context):
    return link(context).split("/")[2]
