import pytest

from helpers import fresh_space, remove_space


@pytest.fixture
def space(client):
    name = fresh_space(client, "essai-05")
    yield name
    remove_space(client, name)
