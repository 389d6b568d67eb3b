"""Ce que l'enseignant décide : son barème, ses corrections à la main, ce qu'il fait recorriger.

Entrent les résultats de la correction et deux petits fichiers, ``bareme.toml`` et
``corrections.csv``, gardés dans le dossier des résultats ; sortent les mêmes résultats, à ses
points. Rien n'en est écrit dans ``resultats/`` : une correction relancée ne les perd pas. À lire
dans cet ordre : ``naming`` (désigner une copie, un exercice), ``scale``, ``late``, ``corrections``,
``decisions`` (les trois ensemble), ``only`` (ce qui est à corriger de nouveau).
"""
