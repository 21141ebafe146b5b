"""Personal Task Assistant: the delegation layer between one person and their AI agents."""
