"""Les exercices d'un notebook : ce qu'il en faut pour les ouvrir, et pour les rendre.

Entre le numéro d'une leçon ; sort un objet, ``tp``, dont chaque attribut est un exercice. Dans
l'ordre : ``workbook`` demande la série à ``kit_minio.checks``, qui sait la vérifier, ou à
``submission`` si une correction est en cours ; ``answers`` réduit une réponse à ce qu'elle veut
dire, ``application`` met une API en service ; ``outcome`` est l'issue d'une vérification.
"""
