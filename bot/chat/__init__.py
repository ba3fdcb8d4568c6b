"""What a person may say and what is answered: Ask to Reply, no network."""
