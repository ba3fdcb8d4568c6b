"""The benchmark's own arithmetic, and one short run of it."""
