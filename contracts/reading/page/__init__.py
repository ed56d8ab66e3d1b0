"""A rendered documentation page: its text, its layout, its prose, and what these promise of an answer."""
