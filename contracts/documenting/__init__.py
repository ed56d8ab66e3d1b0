"""A contract as something people read: HTML, Markdown, and one rule on the terminal. Pure functions."""
