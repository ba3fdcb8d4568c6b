"""What must not happen, shown on the whole program: each protection on, and then off."""
