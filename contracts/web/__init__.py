"""Self-contained pages: one base template, one style, one small script; nothing is ever fetched."""
