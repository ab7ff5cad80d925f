"""API Gateway's WebSocket data plane on this machine: docs/subsystems/edge.md."""
