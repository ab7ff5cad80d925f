"""A day of a million connections: the real fan-out in virtual time, under the quotas of AWS."""
