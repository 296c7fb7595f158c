"""What a re-dispatch finds fed back into the plan until both agree."""
