"""Recordings made: a request recorded, its answer scrubbed as the contract says, searched for leaks, admitted."""
