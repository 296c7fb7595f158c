"""The electric side of a place: areas, demand, supply, headroom, ties."""
