"""Everything put together: the one room that knows every other."""
