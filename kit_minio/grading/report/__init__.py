"""Des résultats aux rapports : tableau de notes, page de la classe, retours, fichiers de Moodle.

Entrent les résultats d'un lot (``model.Result``) ; sortent les fichiers du dossier de la
correction, et quelques phrases à l'écran et dans ``journal.txt``.

À lire dans cet ordre : ``files`` (quel fichier vient d'où), ``statistics`` (ce que la classe a
réussi), ``table`` (``notes.csv``), ``pages`` (les deux pages, d'après ``templates/``),
``likeness`` (les copies qui se ressemblent), ``worksheet`` (la feuille d'évaluation de Moodle,
remplie sans en changer un autre octet), ``moodle`` (ce que Moodle reprend), ``journal`` (ce qui est
dit à l'écran et gardé).
"""
