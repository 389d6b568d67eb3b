"""Le petit cours des tests de l'accueil."""

from tests.support.course import small_course

__all__ = ["small_course"]
