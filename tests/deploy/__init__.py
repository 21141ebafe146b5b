"""What is deployed: the image, the compose file, the cloud, the service of one computer."""
