"""What keeps people's names, addresses and ids out of the tables."""
