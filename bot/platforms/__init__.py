"""A folder per chat network; none knows another, none knows the rules."""
