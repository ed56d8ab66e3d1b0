"""The reference provider: a contract's operation served from a world of rows, honestly or with named faults."""
