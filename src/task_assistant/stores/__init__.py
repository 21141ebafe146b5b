"""The stores behind the port: memory and SQL."""
