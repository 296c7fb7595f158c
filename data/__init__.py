"""Facts: readers, table contracts, units, sources and the words every package shares."""
