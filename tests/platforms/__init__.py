"""Each platform on its network's wire."""
