"""Ce qui s'exécute dans le bac à sable ; ce fichier-ci n'y est pas visible.

Il entre des demandes du correcteur (``request``), il sort un noyau par copie. Dans l'ordre de
lecture : ``zygote`` importe tout et se dédouble, ``supervisor`` surveille une copie,
``namespaces`` demande au noyau Linux ses murs et ses plafonds, ``filter`` dit les appels qu'il
refuse, ``kernel`` devient le noyau de
l'élève, dont ``output`` est la sortie. Chaque fichier montré aux copies est cité dans ``view``.
"""
