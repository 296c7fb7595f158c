"""From a finished run to why it says what it says, or from a scenario to why there is no plan."""
