"""Le budget d'une copie : ce qu'elle envoie, ce que le serveur recopie, ses réglages."""

from __future__ import annotations

import pytest

from kit_minio.grading.execute.budget import Budget, Refused, copied, is_object, source_of
from kit_minio.grading.execute.limits import MAX_SETTING, MAX_SETTINGS, Limits


@pytest.mark.parametrize(
    ("method", "target", "found"),
    [
        ("PUT", "/b/k", True),
        ("PUT", "/b/a/b%2Fc?x-id=PutObject", True),
        ("PUT", "/b/k?partNumber=1&uploadId=a", True),
        ("PUT", "/b/k?X-Amz-Signature=a&X-Amz-Date=b", True),
        ("POST", "/b", True),  # un formulaire
        ("POST", "/b/", True),
        ("PUT", "/b", False),
        ("PUT", "/b/", False),
        ("PUT", "/b?policy", False),
        ("PUT", "/b/k?tagging&X-Amz-Date=b", False),
        ("PUT", "/b/k?acl=", False),
        ("POST", "/b?delete", False),
        ("POST", "/b/k?uploadId=a", False),
        ("POST", "/b/k?select&select-type=2", False),
        ("POST", "/", False),
        ("DELETE", "/b/k", False),
    ],
)
def test_the_body_of_an_object_is_told_from_a_setting(
    method: str, target: str, found: bool
) -> None:
    assert is_object(method, target) is found


def test_what_is_sent_is_counted_to_the_last_byte() -> None:
    budget = Budget(Limits(upload=10))
    budget.spend(4)
    budget.spend(6)
    assert (budget.sent, budget.left) == (10, 0)
    with pytest.raises(Refused, match="tout ce qu'elle pouvait envoyer"):
        budget.spend(1)


def test_a_body_too_large_is_refused_before_it_leaves() -> None:
    budget = Budget(Limits(upload=10))
    budget.check("PUT", "/b/k", {"content-length": "10"})
    with pytest.raises(Refused):
        budget.check("PUT", "/b/k", {"content-length": "11"})


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/b/k?select&select-type=2", {}),
        ("/b/k?select-type=2&sel%65ct=", {}),
        ("/b/k.zip/a", {"x-minio-extract": "true"}),
        ("/b/k.zip", {"x-amz-meta-snowball-auto-extract": "true"}),
    ],
)
def test_nothing_is_unfolded_by_the_server(target: str, headers: dict[str, str]) -> None:
    """Deux cents kilo-octets compressés y prenaient plus d'un gigaoctet de mémoire."""
    with pytest.raises(Refused) as caught:
        Budget(Limits()).check("POST", target, headers)
    assert caught.value.code == "NotImplemented"
    Budget(Limits()).check("GET", "/b/select?prefix=select", {"x-amz-meta-extract": "a"})


def test_settings_are_bounded_one_by_one_and_together() -> None:
    budget = Budget(Limits())
    with pytest.raises(Refused) as caught:
        budget.check("PUT", "/b?policy", {"content-length": str(MAX_SETTING + 1)})
    assert caught.value.code == "EntityTooLarge"
    for _ in range(MAX_SETTINGS // MAX_SETTING):
        budget.check("PUT", "/b?policy", {"content-length": str(MAX_SETTING)})
    with pytest.raises(Refused) as caught:
        budget.check("PUT", "/b?policy", {"content-length": "1"})
    assert caught.value.code == "QuotaExceeded"


@pytest.mark.parametrize(
    ("span", "size"),
    [("", 100), ("bytes=0-9", 10), ("bytes=90-200", 10), ("bytes=200-300", 0), ("rien", 100)],
)
def test_a_copy_by_the_server_costs_what_it_copies(span: str, size: int) -> None:
    headers = {"x-amz-copy-source": "/b/k", "x-amz-copy-source-range": span}
    assert source_of(headers) == "/b/k"
    assert copied(headers, 100) == size
