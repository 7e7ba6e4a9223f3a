"""How many examples do the property tests of the formats try, and always the same ones?"""

from hypothesis import HealthCheck, settings

PROPERTY = settings(max_examples=200, derandomize=True, deadline=None)
SLOW_PROPERTY = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
