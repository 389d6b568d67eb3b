"""La correction : des copies entrent, des notes et des retours sortent.

- ``intake``, ``repair`` : les copies, lues sans risque et réparées d'après le notebook d'origine ;
- ``run`` : leur exécution, isolée, par papermill ;
- ``examine`` : l'examen, dans le processus du correcteur seulement ;
- ``results``, ``report`` : les résultats un par un, puis ``notes.csv`` et les pages ;
- ``moodle`` : la feuille d'évaluation et le zip de retours ;
- ``grade`` : le tout, pour un lot de copies ;
- ``scheduler`` : le même lot, réparti sur les ouvriers d'un planificateur dask.
"""
