"""How does Hypothesis choose its examples here? The same ones every time."""

from hypothesis import settings

settings.register_profile("document", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("document")
