"""The queue for agents that speak MCP: few tools, each a step of the work, cheap to read and safe to obey."""
