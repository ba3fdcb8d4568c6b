"""Everything that lasts: the only room that knows SQL, YAML and keys."""
