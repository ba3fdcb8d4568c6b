"""Matrix: its pure parts, and the whole on a real Synapse."""
