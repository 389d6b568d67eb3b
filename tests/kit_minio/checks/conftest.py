import pytest

from helpers import fresh_space, remove_space


@pytest.fixture
def space(client):
    name = fresh_space(client, "essai-urls")
    yield name
    remove_space(client, name)
