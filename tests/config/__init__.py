"""The configuration, the log, and the operator's door."""
