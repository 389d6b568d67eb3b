"""Les widgets : vivants dans JupyterLab, lisibles en texte ailleurs.

Entrent un client et un bucket, une URL, une série d'exercices ; sort ce qu'une cellule affiche. Une
erreur y devient une phrase : un widget n'interrompt jamais un notebook.

À lire dans cet ordre : ``parts``, ce qu'ils ont en commun ; ``inspector``, le plus court ;
``panel``, l'avancement ; ``explorer`` et le volet qu'il ouvre, ``details`` ; ``uploader`` ;
``gallery``.
"""
