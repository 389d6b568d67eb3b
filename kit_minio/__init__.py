"""Ce que lance ``kit.py`` : le laboratoire, l'atelier des auteurs, la correction, les tests.

Entre une ligne de commande ; en sortent un JupyterLab ouvert, des notebooks écrits, des notes, un
diagnostic. ``helpers`` n'a besoin de rien d'ici, sauf des vérifications d'une leçon (``checks``).

À lire dans cet ordre : ``cli`` (toutes les commandes) et ``terminal`` (ce qu'elles écrivent), puis
``server``, ``upkeep``, ``guardian``, ``lab``, ``catalogue`` (son français), ``home``, ``doctor``,
``reset`` ; puis ``checks``, ``answering`` (ce que reçoit un exercice), ``authoring`` (leçons et
exercices), ``grading`` (les copies), ``classroom`` (une classe sur un serveur) et ``suite`` (les
tests).
"""
