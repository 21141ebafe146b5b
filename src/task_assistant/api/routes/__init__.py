"""The JSON routes by area: each parses, calls one use case, and renders."""
