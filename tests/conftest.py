"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# No test asserts wall-clock time, this one neither: a busy machine is no fault of the code.
settings.register_profile("chat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chat")
