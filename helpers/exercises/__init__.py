"""Les exercices d'un notebook.

Entre le numéro d'une leçon ; sort un objet, ``tp``, dont chaque attribut est un exercice. Dans
l'ordre : ``workbook`` ouvre la série, ou ``submission`` si une correction est en cours ; ``model``
dit ce qu'est un exercice et le vérifie ; ``answers`` réduit une réponse à ce qu'elle veut dire,
``application`` met une API en service ; ``history`` sait ce qui a été exécuté, ``progress`` garde
le meilleur résultat.
"""
