"""Enfermer les copies : il entre un niveau d'isolation, il sort un zygote qui donne des doubles.

Dans l'ordre de lecture : ``isolation`` décrit un niveau, ``levels`` choisit le plus haut en
l'essayant ; ``view`` dit en données ce qu'une copie voit, ``bubblewrap`` et ``podman`` en font
chacun une commande ; ``sandbox`` la lance, et un ``link`` mène à chaque double. ``inside`` est ce
qui s'exécute de l'autre côté.
"""
