"""De quoi refaire les fichiers d'exemple de ``helpers/data``, un programme par sorte de fichier.

Entrent les dessins SVG de ce dossier et une graine ; sortent des images, une vidéo, un tableau.
"""
