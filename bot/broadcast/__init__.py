"""Everything said unasked, and the giving of answers that are owed."""
