"""A contract as something people read: HTML and Markdown. Pure functions."""
