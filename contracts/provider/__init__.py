"""The reference provider: contracts served from rows or with legal answers, honestly or with named faults."""
