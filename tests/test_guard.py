import subprocess
import sys
from pathlib import Path

import pytest

import siting

ROOT = Path(siting.__file__).resolve().parents[1]


def import_siting(path: list[Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path[:0] = {[str(p) for p in path]}; import siting; print('in')"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", siting.OUR_PACKAGES)
def test_a_strangers_package_is_refused_by_path(tmp_path, name):
    stranger = tmp_path / "elsewhere" / name
    stranger.mkdir(parents=True)
    (stranger / "__init__.py").write_text("raise SystemExit('imported by mistake')\n")
    done = import_siting([tmp_path / "elsewhere", ROOT], tmp_path)
    assert done.returncode == 1
    assert "ImportError" in done.stderr
    assert str(stranger) in done.stderr
    assert "imported by mistake" not in done.stderr


def test_a_strangers_module_file_is_refused_by_path(tmp_path):
    (tmp_path / "data.py").write_text("")
    done = import_siting([tmp_path, ROOT], tmp_path)
    assert str(tmp_path / "data.py") in done.stderr


def test_a_plain_folder_of_that_name_does_no_harm(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table.csv").write_text("a,b\n")
    done = import_siting([tmp_path, ROOT], tmp_path)
    assert done.stdout == "in\n", done.stderr


def test_a_missing_package_is_named(tmp_path):
    with pytest.raises(ImportError, match="no_such_package_of_ours"):
        siting.refuse_strangers(ROOT, ("no_such_package_of_ours",))


def test_importing_siting_stays_light():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import siting, siting.cli;"
        "heavy = {'pandas', 'pydantic', 'yaml', 'numpy', 'geopandas', 'pyomo', 'rich', 'pandera'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_lazy_names_are_the_public_ones():
    from siting.scenario_file import load_scenario

    assert siting.load_scenario is load_scenario
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = siting.no_such_name


def test_version_is_that_of_the_project():
    pyproject = ROOT / "pyproject.toml"
    if not pyproject.is_file():
        pytest.skip("installed without the project file")
    assert f'version = "{siting.__version__}"' in pyproject.read_text(encoding="utf-8")
