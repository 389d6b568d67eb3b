"""L'atelier de l'auteur : des leçons exécutées, des exercices tirés de leurs solutions.

Entrent les notebooks de ``notebooks/`` et de ``solutions/`` ; sortent les mêmes, aux sorties
refaites, ceux d'``exercises/``, un cours nbgrader, et des reproches qui nomment fichier, cellule et
remède.

À lire dans cet ordre : ``notebooks`` (lire, exécuter, récrire une leçon), ``navigation`` (les
liens de l'un à l'autre), ``exercises`` (d'une solution à son exercice), ``nbgrader`` (l'export),
``form`` puis ``check`` (``kit.py check NN``).
``data/`` refait les fichiers d'exemple.
"""
