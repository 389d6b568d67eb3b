"""Les exercices d'un notebook.

Entre le numéro d'une leçon ; sort un objet, ``tp``, dont chaque attribut est un exercice :
``workbook`` le demande à ``kit_minio``. ``outcome`` est l'issue d'une vérification.
"""
