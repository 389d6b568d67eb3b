"""Exécuter les copies : il entre un notebook réparé, il sort ce que chaque exercice a donné.

Dans l'ordre de lecture : ``run`` exécute un notebook, dont ``pilot`` mène les cellules ; il lui
faut un espace S3 et des clés qui n'ouvrent que lui (``credentials``, ``claims``), ou un serveur à
elle (``own``), dont ``administration`` dit ce qu'elle peut demander ; un serveur que ``watch``
surveille, un dossier (``workplace``) et un noyau. ``kernels`` le démarre : un double d'un
interpréteur déjà tiède (``shared``, ``forked``), dans un ``group`` dont Linux compte la mémoire,
ou, hors de Linux, un noyau ordinaire (``plain``), avec un environnement propre (``environment``).
``kernel`` lui parle, une ``cell`` après l'autre, par des ``channel`` qui recomposent des
``messages`` bornés ; ``relay`` est son seul réseau, où un ``exchange`` suit chaque requête, et un
``budget`` compte ce que la copie envoie. ``reader`` décode à part ce qu'elle a fait ; ``limits``
dit tout ce qu'elle peut prendre, et ``sandbox/`` l'enferme.
"""
