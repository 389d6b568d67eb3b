"""Les exercices d'un notebook : ``workbook`` les ouvre.

Entre le numéro d'une leçon ; sort un objet, ``tp``, dont chaque attribut est un exercice. Ce qui
les vérifie, ou les enregistre pendant une correction, est dans ``kit_minio``.
"""
