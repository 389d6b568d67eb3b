"""Une classe sur un serveur : tout ce qu'elle fait est fait d'objets, sans autre service.

Entre la liste des étudiants, un fichier CSV ; sortent une carte à imprimer pour chacun, un tableau
vivant de la salle, le dossier des copies remises, et des retours que seul leur étudiant lit.

À lire dans cet ordre. Chez l'enseignant : ``roster`` (la liste), ``register`` (ce que le kit en
garde), ``opening`` (le déroulement), avec ``rooms`` (les buckets), ``access`` (les clés de chacun),
``front`` (la porte TLS) et ``cards``. Chez l'étudiant : ``codes`` (le code d'une carte),
``entrance`` (ce qu'il ouvre), ``joining``, ``tunnel`` (l'autre bout du TLS). Puis le travail :
``hand_in``, ``collect``, ``give_back``, ``feedback`` ; ``follow``, ``board`` et ``screen``, ce
que la salle voit. ``pump`` et ``processes`` servent aux deux bouts.
"""
