"""The house rules: layout, documents, what ships."""
