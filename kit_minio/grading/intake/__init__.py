"""D'un lot de fichiers à des copies : lues sans risque, réparées d'après le notebook d'origine.

Entrent une archive, un dossier ou un préfixe de bucket, tels que des élèves, une plateforme ou un
enseignant les ont faits ; sortent des copies (``model.Copy``), une à une, avec ce qu'il faut en
dire. Rien n'est écrit sur le disque, rien n'est exécuté, et ce que l'on garde est borné. Tous les
élèves sont trouvés, deux ne sont jamais réunis, et ce qui n'est pas compris va à un humain.

À lire dans cet ordre : ``codepages`` (les accents d'un nom), ``names`` (ce qu'un nom a le droit de
montrer), ``entries`` (un fichier), ``archives`` et ``sources`` (les fichiers d'un lot), ``kinds``
(ce qu'est un fichier, à son contenu) ; ``words`` (ce que dit un nom), ``collectors`` (les noms que
donnent les plateformes), ``layout`` (les dossiers qui réunissent des élèves), ``together`` (ce qui
est d'un même élève), ``submissions`` (ce que chacun a remis) ; ``reading`` (des octets aux
cellules), ``places`` (les cellules d'origine, retrouvées), ``lessons`` (de quelle leçon),
``repair`` (le notebook à corriger), ``attempts`` (lequel, de plusieurs), ``beside`` (ce qui
l'accompagne), ``copies`` (le tout).
"""
