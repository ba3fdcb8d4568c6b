"""What must survive: kills, storms, lost replies."""
