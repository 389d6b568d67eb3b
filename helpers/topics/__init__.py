"""Ce qu'une leçon enseigne, un module par sujet.

Entrent un client de ``connect()``, des clés, des fichiers ; sortent de quoi faire et de quoi
montrer : un tableau, un bilan, un autre client. Rien n'y choisit un serveur ni ne juge une réponse.

À lire dans l'ordre des leçons : ``video`` (02), ``presigned`` (05), ``upload_page`` (07),
``policies`` et ``tenants`` (08), ``versions`` et ``lifecycle`` (09), ``transfers``, qui s'appuie
sur ``batch``, ``clients`` et ``file_names`` (12), ``tables`` et ``traffic`` (13), ``terminal``
(14), ``iam``, ``oidc``, ``throwaway`` et ``tokens`` (15), ``camera`` (19).
"""
