"""Proves by experiment: drives providers, generates answers, and breaks each rule once."""
