"""Lambda packages: what a service imports, in a reproducible zip."""
