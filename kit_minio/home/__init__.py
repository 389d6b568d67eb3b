"""L'accueil : la page qui s'ouvre avec le laboratoire, et les copies sur lesquelles on travaille.

Entrent les notebooks du kit, que rien ici ne modifie, et l'avancement que garde le serveur S3 ; en
sortent un dossier de travail, où chaque notebook est une copie, et une page qui y mène.

À lire dans cet ordre : ``course`` (ce que les notebooks disent d'eux-mêmes), ``copies`` (le dossier
de travail), ``documents`` (ce qui se lit à côté), ``standing`` (l'avancement, et où reprendre),
``page`` (le HTML), ``shown`` (la page dans un notebook), ``handlers`` (la page servie par
JupyterLab). L'onglet et les boutons sont dans ``kit_minio/jupyter/labextensions``.
"""
