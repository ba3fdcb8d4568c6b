"""Tests: people speak, wires are real, faults are shown."""
