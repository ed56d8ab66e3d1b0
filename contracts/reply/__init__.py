"""The contracts of Reply's API: pages transcribed in our own words, and what stands beside them by hand."""
