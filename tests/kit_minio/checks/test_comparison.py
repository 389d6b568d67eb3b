"""Comparer une réponse : ce qui veut dire la même chose passe, le premier écart est nommé."""

import pytest

from kit_minio.checks.comparison import gap, same, shown_list


@pytest.mark.parametrize(
    ("found", "expected", "options"),
    [
        (3.0, 3, {}),
        (0.1 + 0.2, 0.3, {}),
        (10.4, 10, {"tolerance": 0.5}),
        ([3, 1, 2], [1, 2, 3], {"ordered": False}),
        ({"a": [1, 2]}, {"a": (1, 2)}, {}),
        ([["x", 1], ["y", 2]], [["x", 1.0], ["y", 2.0]], {}),
        ([], [], {}),
        (None, None, {}),
    ],
)
def test_the_same_meaning_is_the_same(found, expected, options):
    assert same(found, expected, **options)


@pytest.mark.parametrize(
    ("found", "expected", "message"),
    [
        ("8", 8, "La réponse : un nombre est attendu, pas un texte."),
        (True, 1, "un nombre est attendu, pas vrai ou faux"),
        (1, True, "vrai ou faux est attendu, pas un nombre"),
        (9, 8, "La réponse n'est pas la bonne."),
        ({"n": "8"}, {"n": 8}, "Sous « n » : un nombre est attendu, pas un texte."),
        ({"n": 9}, {"n": 8}, "La valeur de « n » n'est pas la bonne."),
        ({}, {"n": 8}, "il manque 1\xa0nom."),
        ({"n": 8, "m": 1, "o": 2}, {"n": 8}, "2\xa0noms sont de trop."),
        ({"N": 8}, {"n": 8}, "un nom n'est pas le bon, seules les majuscules diffèrent"),
        ([1], {"n": 8}, "un dictionnaire est attendu, pas une liste"),
        ({"a": 1}, [1], "une liste est attendue, pas un dictionnaire"),
        ([1, 2], [1, 2, 3], "il manque 1\xa0valeur."),
        ([], [1, 2], "il manque 2\xa0valeurs."),
        ([1, 2, 9], [1, 2], "1\xa0valeur est de trop."),
        ([1, 1, 2], [1, 2], "une valeur y est plus d'une fois."),
        ([2, 1], [1, 2], "toutes les valeurs y sont, mais pas dans l'ordre demandé."),
        (["photos"], ["photos/"], "une valeur n'est pas la bonne : seul le « / » final diffère."),
        (["8"], [8], "un nombre est attendu, pas un texte"),
        ([["a", 1]], ["a"], "dans la liste, un texte est attendu, pas une liste."),
        (["a", "b"], ["x/a", "x/b"], "à chaque valeur, il manque le début, « x/ »."),
        (["a", "b"], ["a.jpg", "b.jpg"], "à chaque valeur, il manque la fin, « .jpg »."),
        (["k/a", "k/b"], ["a", "b"], "à chaque valeur, il y a de trop le début, « k/ »."),
        (["a", "b"], ["x/a", "y/b"], "il manque le début des clés"),
        ([], [1], "la liste est vide"),
        (2, 2048, "en Kio, et non en octets"),
        ([1, 7, 9], [1, 2, 3], "2\xa0valeurs ne sont pas justes."),
        ("été ", "été", "pas tout à fait la bonne : seules des espaces diffèrent."),
        (None, 3, "un nombre est attendu, pas None"),
    ],
)
def test_the_first_gap_is_named(found, expected, message):
    assert message in gap(found, expected).message


def test_the_answer_itself_is_never_given_away():
    for found in (1, "x", [1, 7], {"n": 4321}):
        told = gap(found, {"n": 1234} if isinstance(found, dict) else 1234)
        assert "1234" not in f"{told.message} {told.found} {told.expected}"


def test_a_long_list_is_cut():
    assert shown_list(f"k{n}" for n in range(7)) == "k0, k1, k2, k3, k4… (7 en tout)"
    assert shown_list([]) == ""
