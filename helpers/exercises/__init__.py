"""Les exercices d'un notebook.

Entre le numéro d'une leçon ; sort un objet, ``tp``, dont chaque attribut est un exercice. Dans
l'ordre : ``workbook`` ouvre la série, que ``kit_minio.checks`` lui donne et sait vérifier, ou
``submission`` si une correction est en cours ; ``answers`` réduit une réponse à ce qu'elle veut
dire, ``application`` met une API en service ; ``outcome`` est l'issue d'une vérification, et
``progress`` garde la meilleure.
"""
