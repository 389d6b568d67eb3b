"""La correction : des copies entrent, des notes et des retours sortent.

intake   les copies, dépaquetées sans risque et réparées d'après le notebook d'origine
run      leur exécution, isolée, par papermill
examine  l'examen, dans le processus du correcteur seulement
report   notes.csv, retours HTML, page de la classe, fichiers pour Moodle
"""
