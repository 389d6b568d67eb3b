"""D'une copie à ses notes : tout se décide ici, dans le processus du correcteur.

Entrent une copie réparée et une correction en cours, qui l'exécute (``execute``) ; sort un
``model.Result``. Rien de ce que le noyau de l'élève affiche ou affirme ne compte : l'état du store,
la réponse enregistrée et l'API sont relus de l'extérieur.

À lire dans cet ordre : ``copy`` (la suite des étapes), ``examine`` (un exercice, dès sa cellule de
vérification ; ``told`` dit en français les exceptions), ``store`` et ``probe`` (lire le store,
appeler l'API, dans des bornes), ``marks`` (les notes), ``remarks`` (ce qu'il faut en dire),
``doubts`` (ce qu'un humain doit trancher).
"""
