"""From a documentation page to a contract: layout first, then prose, then what a person added by hand."""
