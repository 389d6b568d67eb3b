"""Ce que les notebooks disent d'eux-mêmes."""

import json

import pytest

from kit_minio.home.course import EXERCISES, LESSONS, course, text_of


def test_the_course_says_its_titles_durations_and_exercises():
    found = course()
    assert [lesson.number for lesson in found] == [
        path.name[:2] for path in sorted(LESSONS.glob("*.ipynb"))
    ]
    assert all(lesson.title and lesson.minutes for lesson in found)
    assert {lesson.name for lesson in found if lesson.has_exercises} == {
        path.stem for path in EXERCISES.glob("*.ipynb")
    }
    assert next(lesson.number for lesson in found if lesson.extras) == "11"


@pytest.mark.parametrize(
    ("text", "title", "minutes", "level"),
    [
        ("# 03 · Les *tags*\n\n**Durée**\u00a0: 2 heures.", "Les tags", 120, ""),
        (
            "# 03 · Les tags\n\n- **Durée**\u00a0: 45 minutes, 70 en classe\n"
            "- **Niveau**\u00a0: débutant\n",
            "Les tags",
            45,
            "débutant",
        ),
        ("# 03 · <script>", "<script>", None, ""),
    ],
)
def test_the_first_cell_is_read_whatever_its_form(tmp_path, text, title, minutes, level):
    write(tmp_path / "03-tags.ipynb", {"cells": [{"source": [text]}]})
    (lesson,) = course(tmp_path, tmp_path)
    assert (lesson.title, lesson.minutes, lesson.level) == (title, minutes, level)
    assert lesson.has_exercises


@pytest.mark.parametrize(
    "content", [{}, {"cells": []}, {"cells": [{"source": "rien"}]}, {"cells": [{}]}, [], "?"]
)
def test_a_file_that_is_no_lesson_is_left_out(tmp_path, content):
    write(tmp_path / "03-tags.ipynb", content)
    (tmp_path / "04-abime.ipynb").write_text("{", encoding="utf-8")
    assert course(tmp_path, tmp_path) == []


def test_a_text_is_read_in_one_piece_or_line_by_line():
    assert text_of({"source": ["a\n", "b"]}) == text_of({"source": "a\nb"}) == "a\nb"


def write(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
