"""Ce qui administre un serveur : ce que le relais mène, et ce qu'il ne mène pas."""

from __future__ import annotations

import pytest

from kit_minio.grading.execute.administration import check_form, expect_s3, kind_of
from kit_minio.grading.execute.budget import Refused

FORM = {"content-type": "application/x-www-form-urlencoded", "content-length": "40"}


@pytest.mark.parametrize(
    ("method", "target", "headers", "kind"),
    [
        ("PUT", "/bucket/key?partNumber=1&uploadId=x", {}, "s3"),
        ("GET", "/?x-id=ListBuckets", {}, "s3"),
        ("GET", "/bucket/minio/admin?Action=x", {}, "s3"),
        ("POST", "/bucket", {"content-type": "multipart/form-data"}, "s3"),
        ("POST", "/", FORM, "form"),
        ("POST", "/", FORM | {"content-type": f"{FORM['content-type']}; charset=utf-8"}, "form"),
        ("GET", "/minio/health/live", {}, "admin"),
        ("PUT", "/minio/admin/v3/add-user?accessKey=alice", {}, "admin"),
        ("POST", "/minio/admin/v3/idp/builtin/policy/attach", {}, "admin"),
    ],
)
def test_what_is_s3_and_what_administers(
    method: str, target: str, headers: dict[str, str], kind: str
) -> None:
    assert kind_of(method, target, headers) == kind


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("PUT", "/minio/admin/v3/set-config-kv", {}),
        ("GET", "/minio/admin/v3/add-user/../service", {}),
        ("GET", "/%6Dinio/admin/v3/service", {}),
        ("GET", "/minio%2Fadmin/v3/add-user", {}),
        ("GET", "//minio/admin/v3/add-user", {}),
        ("GET", "/MINIO/admin/v3/service", {}),
        ("GET", "http://s3/minio/admin/v3/service", {}),
        ("GET", "/minio/health/live#/admin", {}),
        ("GET", "/.minio.sys/config/config.json", {}),
        ("GET", "/minio/grid/v1", {"upgrade": "websocket"}),
        ("POST", "/", {}),
        ("POST", "/", FORM | {"content-length": str(10**6)}),
        ("POST", "/", FORM | {"content-length": "x"}),
        ("POST", "/", FORM | {"transfer-encoding": "chunked"}),
        ("POST", "/?Action=CreateUser", FORM),
        ("GET", "/?action=CreateUser", {}),
        ("PUT", "/", FORM),
        ("POST", "/bucket", {"x-amz-target": "S3Tables.CreateTable"}),
    ],
)
def test_the_rest_does_not_leave(method: str, target: str, headers: dict[str, str]) -> None:
    with pytest.raises(Refused):
        kind_of(method, target, headers)


def test_a_form_asks_for_one_known_action() -> None:
    check_form(b"Action=CreateUser&UserName=%C3%A9lise&Version=2010-05-08")
    for body in (
        b"",
        b"UserName=x",
        b"Action=CreateOpenIDConnectProvider",
        b"Action=CreateUser&Action=CreateOpenIDConnectProvider",
        b"Action=CreateUser&%41ction=CreateOpenIDConnectProvider",
        b"Action=CreateUser&action=CreateOpenIDConnectProvider",
        b"Action=createuser",
    ):
        with pytest.raises(Refused):
            check_form(body)


@pytest.mark.parametrize(
    "target",
    [
        "/minio/admin/v3/add-service-account",
        "/%6dinio/admin/v3/info",
        "//minio/admin/v3/info",
        "http://s3/minio/admin/v3/info",
        "/./minio/grid/v1",
        "/x/../minio/admin/v3/info",
        "/MinIO/peer/v1",
        "/.minio.sys/config",
        "/minio/health/live/../../admin/v3/info",
        "/minio/v2/metrics/cluster",
    ],
)
def test_a_copy_that_is_no_administrator_only_speaks_s3(target: str) -> None:
    with pytest.raises(Refused):
        expect_s3(target)


@pytest.mark.parametrize("target", ["/", "/?Action=a", "/b/minio/k", "/minio/health/live", "/b?a"])
def test_s3_goes_through(target: str) -> None:
    expect_s3(target)
