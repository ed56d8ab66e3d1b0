"""A documentation page, from its text to what it promises of an answer.

`text` and `mending` give clean lines; `header` with `curl`, and `sections` with `field`, `typeline` and `words`, read
the layout; `damage` tells what a copy lost, and `layout` puts the page together. `prose` understands sentences by the
tables of `phrases` and `limits`; `outline`, `stated` and `promises` say what is promised where.
"""
