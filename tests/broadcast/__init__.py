"""Tests of what is said unasked."""
