"""Ce que l'enseignant garde d'une classe."""

from __future__ import annotations

import pytest

from helpers.errors import ContentError, SettingsError
from kit_minio.classroom.register import (
    new_register,
    read_register,
    register_file,
    the_register,
)
from kit_minio.classroom.roster import Entry


def test_it_is_read_again_as_it_was_written(kit_data):
    register = new_register("L3")
    register.update([Entry("Zoé Martin", "1"), Entry("Ana Le")])
    register.save()
    assert read_register() == register == the_register()


def test_spaces_are_drawn_apart_and_of_one_length(kit_data):
    register = new_register("L3")
    register.update(Entry(f"Étudiant {rank}") for rank in range(40))
    spaces = {student.space for student in register.students}
    assert len(spaces) == 40 and {len(space) for space in spaces} == {7}
    assert all(student.user.startswith(f"{student.space}-") for student in register.students)


def test_someone_is_found_by_name_number_or_space(kit_data):
    register = new_register("L3")
    register.update([Entry("Zoé Martin", "1"), Entry("Zoé Martin", "2"), Entry("Ana Le")])
    assert register.named("le ana").name == "Ana Le"
    assert register.named("2").login == "2"
    assert register.named(register.students[0].space) is register.students[0]
    for name, says in (("Zoé Martin", "Plusieurs personnes"), ("Personne", "Personne ne")):
        with pytest.raises(ContentError, match=says):
            register.named(name)


def test_a_damaged_register_is_said_and_kept(kit_data):
    new_register("L3").save()
    register_file().write_text("{")
    with pytest.raises(ContentError, match="est abîmé"):
        read_register()
    assert register_file().exists()


def test_without_a_class_a_sentence_says_how_to_open_one(kit_data):
    with pytest.raises(SettingsError, match="Aucune classe"):
        the_register()
