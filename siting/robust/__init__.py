"""How sure an answer is: the question drawn again and again from its uncertain inputs."""
