"""Le bucket des tests de widgets."""

from __future__ import annotations

import pytest

from helpers import fresh_bucket, remove_bucket


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "essai-widgets")
    yield name
    remove_bucket(client, name)
