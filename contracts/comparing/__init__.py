"""What moved: two contracts side by side, traffic against a contract, and the memory of runs."""
