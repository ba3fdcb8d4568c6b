"""A sentence per file: people speak, press and see."""
