"""Les widgets : vivants dans JupyterLab, lisibles en texte ailleurs.

Entrent un client et un bucket, ou une URL ; sort ce qu'une cellule affiche. Une
erreur y devient une phrase : un widget n'interrompt jamais un notebook.

À lire dans cet ordre : ``parts``, ce qu'ils ont en commun ; ``inspector``, le plus court ;
``explorer`` et le volet qu'il ouvre, ``details`` ; ``uploader`` ; ``gallery``. Chacun a sa page, un
fichier JavaScript du même nom. Le tableau de bord des exercices est dans ``kit_minio.checks``.
"""
