"""Settings for tests that try many values; fixtures are in the folders below."""

from hypothesis import settings

# How fast the machine is just now is not what these tests are about.
settings.register_profile("portway", deadline=None)
settings.load_profile("portway")
