"""The tests. What a module that helps them asserts tells what it compared, as an assertion of a test does."""

import pkgutil

import pytest

pytest.register_assert_rewrite(*(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)))
