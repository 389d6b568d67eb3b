"""Les widgets des leçons : vivants dans JupyterLab, lisibles en texte ailleurs."""
