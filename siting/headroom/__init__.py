"""From a network to what each bus can still host."""
