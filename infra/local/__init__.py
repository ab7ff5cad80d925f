"""The stack on this machine: its processes, ports and state."""
