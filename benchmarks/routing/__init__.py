"""How good the readiness model is, and the training that makes its weights."""
