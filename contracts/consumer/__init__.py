"""The other side of a contract: answers that a client must survive, and the gate that puts them to it."""
