"""Les points d'un exercice en plusieurs étapes."""

import pytest

from kit_minio.checks.model import Review, Todo
from kit_minio.checks.steps import in_steps, keeping


def refused(action, *arguments, **options):
    """Renvoie le refus d'une attente."""
    with pytest.raises(Review) as caught:
        action(*arguments, **options)
    return caught.value


def raising(error):
    def verify():
        raise error

    return verify


def test_steps_add_up_even_after_a_fault():
    fault = refused(in_steps, (1, raising(Review("non", points=0.5))), (2, lambda: None))
    assert (fault.message, fault.points) == ("non", 2.5)


def test_a_step_never_earns_more_than_its_points():
    assert refused(in_steps, (1, raising(Review("non", points=9)))).points == 1


def test_steps_that_are_all_to_do_are_to_do():
    with pytest.raises(Todo, match="rien"):
        in_steps((1, raising(Todo("rien"))), (1, raising(Todo("non plus"))))


def test_a_step_to_do_among_others_is_said():
    fault = refused(in_steps, (1, raising(Todo("pas encore"))), (2, lambda: None))
    assert (fault.message, fault.points) == ("pas encore", 2)


def test_keeping_points():
    def verify():
        with keeping(1):
            raise Review("non")

    assert refused(verify).points == 1
