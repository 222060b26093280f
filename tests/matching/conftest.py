"""A kernel's first call compiles it, so the time of a single example says nothing."""

from hypothesis import settings

settings.register_profile("kernels", deadline=None)
settings.load_profile("kernels")
