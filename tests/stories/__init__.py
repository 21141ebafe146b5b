"""One story of behaviour, told over every surface: the agent's steps and the person's steps never change."""
