"""A deployment from an empty account to its end, on moto instead of AWS: `make rehearse`."""
