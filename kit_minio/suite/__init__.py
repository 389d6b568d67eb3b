"""Tout vérifier : « kit.py test », et « kit.py test --all » pour ce qui demande plus.

Entrent des étapes, qui sont des données (``stages``). Chacune a son dossier et son serveur, et ses
commandes montrent leur sortie au fur et à mesure, dans un délai (``command``) ; il en sort un bilan
(``report``). ``runner`` en mène plusieurs à la fois, et finit par la ligne que lit l'intégration
continue, « N passed, N failed, N skipped ».
"""
