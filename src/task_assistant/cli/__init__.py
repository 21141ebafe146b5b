"""`pta`, the command line: every verb of the contract, for people and for scripts."""
