"""La correction : des copies entrent, des notes et des retours sortent.

``batch`` est la suite des étapes, et se lit en premier. Une copie (``model.Copy``) sort de
``intake``, lue sans risque et réparée ; ``grader`` en corrige plusieurs à la fois, autant que le
permet la machine (``machine``, ``turns``, et ``pace`` pour le temps qui reste), chacune dans un
espace S3 et un bac à sable à elle (``execute``), examinée et notée par le processus du correcteur
(``judge``) ; son résultat (``model.Result``) est écrit aussitôt (``results``). ``teacher`` y
applique le barème et les corrections à la main ; ``report`` en tire le tableau de notes, les pages
et les fichiers de Moodle.

À lire dans cet ordre : ``batch``, ``model``, ``settings``, ``intake/``, ``grader``, ``execute/``,
``judge/``, ``results``, ``teacher/``, ``report/`` ; puis ``scheduler`` et ``worker``, le même lot
réparti sur les ouvriers d'un planificateur dask.
"""
