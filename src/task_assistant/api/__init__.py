"""The JSON API: thin routes that translate to use cases, and the HTTP plumbing that the web pages share."""
