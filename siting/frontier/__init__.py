"""What less carbon, or less waiting, costs: plans from the cheapest to the least there can be."""
