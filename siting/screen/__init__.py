"""From layers to candidate sites: cells, rules, scores, land, connections."""
