"""The system in containers: images, their configuration, and what provisions them."""
