"""Ce qu'un exercice reçoit d'un étudiant : une réponse, une application, une série rendue.

Entrent des valeurs de Python et une application FastAPI ; sortent du JSON et une API en service. À
lire dans cet ordre : ``answers`` réduit une réponse à ce qu'elle veut dire, ``application`` met une
API en service, ``submission`` est la série que le notebook ouvre pendant une correction. Une copie
dans son bac à sable voit ce dossier, et n'a pas le reste : il n'importe que ``helpers``.
"""
