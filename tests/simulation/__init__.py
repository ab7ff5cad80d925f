"""The real fan-out in virtual time: workers, queues, tables, clients on one simulated clock."""
