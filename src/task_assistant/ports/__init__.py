"""What the services need from outside, as Protocols: store, clock, and sources of secrets."""
