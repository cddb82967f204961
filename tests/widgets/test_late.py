"""Modules imported on first use."""

import subprocess
import sys

import pytest

from widgets.late import Late


def test_it_is_imported_with_its_first_attribute_and_stands_for_it() -> None:
    code = """
import sys
from widgets.late import Late
tabnanny = Late("tabnanny")
assert "tabnanny" not in sys.modules
assert tabnanny.__name__ == "tabnanny"
assert "tabnanny" in sys.modules and "__name__" in vars(tabnanny)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_what_is_not_there_is_an_error_as_usual() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = Late("tabnanny").nothing
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        _ = Late("no_such_module").anything
