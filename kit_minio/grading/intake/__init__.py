"""D'un lot de fichiers à des copies : lues sans risque, réparées d'après le notebook d'origine.

Entrent un zip de Moodle, un dossier ou un préfixe de bucket, tels que les élèves les ont faits ;
sortent des copies (``model.Copy``), une à une, avec ce qu'il faut en dire. Rien n'est écrit sur le
disque, rien n'est exécuté, tout est borné.

À lire dans cet ordre : ``codepages`` (les accents d'un nom), ``names`` (ce qu'un nom a le droit de
montrer), ``sources`` (les fichiers), ``kinds`` (ce qu'est un fichier, à son contenu),
``collectors`` (comment le lot est rangé), ``submissions`` (à qui est chaque fichier), ``reading``
(des octets aux cellules), ``places`` (les cellules d'origine, retrouvées), ``lessons`` (de quelle
leçon), ``repair`` (le notebook à corriger), ``copies`` (le tout).
"""
