"""PyPSA's netCDF file: the same network as its folder, and what is no such file."""

import builtins
import subprocess

import h5py
import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.network import Network
from data.read_network import read_network
from data.read_pypsa_network import read_pypsa_network
from tests.network_cases import dc_flows
from tests.pandapower_peer import PYTHON

NO_PYPSA = 77

EXPORT = """
import sys, logging, warnings
warnings.simplefilter("ignore")  # the peer's own, none of ours
try:
    import pypsa, netCDF4
except ImportError:
    sys.exit(77)
import pandas as pd
logging.disable(logging.CRITICAL)
n = pypsa.Network(name="small")
n.set_snapshots(pd.date_range("2026-01-01 09:00", periods=3, freq="h"))
n.add("Carrier", ["AC", "heat"])
n.add("Bus", "千葉", v_nom=275, x=140.1, y=35.6, carrier="AC")
n.add("Bus", "東京", v_nom=275, carrier="AC")
n.add("Bus", "三", v_nom=66, carrier="AC")
n.add("Bus", "hot", carrier="heat")
n.add("Line", "1", bus0="千葉", bus1="東京", x=75.625, s_nom=500, length=20.0)
n.add("Line", "2", bus0="千葉", bus1="東京", x=151.25)
n.add("Line", "open", bus0="千葉", bus1="東京", x=1.0, active=False)
n.add("Transformer", "1", bus0="東京", bus1="三", x=0.12, s_nom=200, tap_ratio=0.95,
      phase_shift=-30.0)
n.add("Generator", "coal", bus="千葉", control="Slack", p_nom=600, p_set=100, p_min_pu=0.3,
      marginal_cost=7.5)
n.add("Generator", "sun", bus="三", p_nom=50,
      p_max_pu=pd.Series([0.2, 0.3, 0.4], index=n.snapshots))
n.add("Load", "home", bus="三", p_set=pd.Series([120.0, 110.0, 100.0], index=n.snapshots))
n.add("Load", "shop", bus="東京", p_set=30)
n.add("Link", "pump", bus0="東京", bus1="hot", p_nom=10, p_set=5, efficiency=0.9)
n.add("StorageUnit", "lake", bus="三", p_nom=20)
n.add("ShuntImpedance", "coil", bus="三", g=0.001)
n.export_to_netcdf(sys.argv[1] + "/small.nc")
n.export_to_netcdf(sys.argv[1] + "/packed.nc", float32=True,
                   compression={"zlib": True, "complevel": 4})
n.export_to_netcdf().to_netcdf(sys.argv[1] + "/old.nc", format="NETCDF3_64BIT", engine="scipy")
n.export_to_csv_folder(sys.argv[1] + "/small")
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder in which PyPSA itself wrote one network in every form."""
    if not PYTHON.exists():
        pytest.skip("no peers' environment: make .venv-peers/installed")
    folder = tmp_path_factory.mktemp("pypsa")
    done = subprocess.run(
        [PYTHON, "-c", EXPORT, folder], capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode == NO_PYPSA:
        pytest.skip("no PyPSA in the peers' environment")
    assert done.returncode == 0, done.stderr
    return folder


def assert_same(one: Network, other: Network, rtol: float = 1e-15) -> None:
    for table in ("buses", "branches", "generators", "assumed"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), rtol=rtol)
    assert one.notes == other.notes
    assert one.base_mva == other.base_mva


def test_both_exports_of_pypsa_are_one_network(exported):
    folder, file = read_network(exported / "small"), read_network(exported / "small.nc")
    assert_same(folder, file)
    assert "values over time are those of the first snapshot, 2026-01-01 09:00:00" in file.notes


def test_flows_by_head(exported):
    network = read_network(exported / "small.nc")
    # at 三: 120 and the coil of 0.001 x 66² = 4.356; at 東京: 30 and the pump's 5
    live = network.branches.index[network.branches["in_service"]]
    flows = dict(zip(live, dc_flows(network), strict=True))
    assert flows["transformer 1"] == pytest.approx(124.356)
    assert flows["line 1"] == pytest.approx(159.356 * 2 / 3)
    assert network.generators.loc["generator sun", "max_mw"] == pytest.approx(50 * 0.2)
    assert not network.branches.loc["line open", "in_service"]


def test_packed_and_single_precision(exported):
    assert_same(read_network(exported / "small"), read_network(exported / "packed.nc"), 1e-6)


def test_netcdf_3(exported):
    """What PyPSA writes where only scipy is there: texts as rows of signs."""
    assert (exported / "old.nc").read_bytes().startswith(b"CDF")
    assert_same(read_network(exported / "small"), read_network(exported / "old.nc"))


def test_netcdf_3_cut_off(exported, tmp_path):
    content = (exported / "old.nc").read_bytes()
    for share in (0.01, 0.2, 0.6):
        (tmp_path / "cut.nc").write_bytes(content[: int(len(content) * share)])
        assert len(problems(tmp_path / "cut.nc")) == 1


def hdf5(path, **variables):
    """A file in the layout of PyPSA, without PyPSA."""
    plain = {
        "buses_i": ["a", "b"],
        "buses_v_nom": [275.0, 275.0],
        "lines_i": ["1"],
        "lines_bus0": ["a"],
        "lines_bus1": ["b"],
        "lines_x": [75.625],
        "lines_s_nom": [500.0],
        "loads_i": ["home"],
        "loads_bus": ["b"],
        "loads_p_set": [10.0],
    }
    with h5py.File(path, "w") as file:
        for name, values in {**plain, **variables}.items():
            if values is not None:
                file[name] = values
    return path


def problems(path):
    with pytest.raises(InputError) as caught:
        read_network(path)
    return [(p.where, p.found) for p in caught.value.problems]


def test_layout_by_head(tmp_path):
    network = read_network(hdf5(tmp_path / "net.nc"))
    assert network.branches["x_pu"].to_list() == pytest.approx([0.1])
    assert network.buses["load_mw"].to_list() == [0, 10]
    assert network.buses["is_slack"].to_list() == [True, False]


def test_the_content_decides_not_the_ending(tmp_path):
    assert len(read_network(hdf5(tmp_path / "net.data")).branches) == 1


def test_every_fault_of_the_content_at_once(tmp_path):
    path = hdf5(
        tmp_path / "net.nc",
        buses_v_nom=["high", "275"],
        lines_bus1=["nowhere"],
        lines_s_nom=[1.0, 2.0],
        loads_t_p_set=[[1.0]],
        generators_i=["g", "g"],
        generators_bus=["a", "a"],
    )
    assert set(problems(path)) == {
        ("buses a.v_nom", "high"),
        ("lines 1.bus1", "nowhere"),
        ("lines_s_nom", "2 values"),
        ("loads_t_p_set", "no names of elements"),
        ("generators g", "twice"),
    }


def test_words_in_a_series(tmp_path):
    path = hdf5(tmp_path / "net.nc", loads_t_p_set_i=["home"], loads_t_p_set=[["much"]])
    assert problems(path) == [("loads_t_p_set home", "b'much'")]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9])
def test_a_file_that_is_cut_off(tmp_path, share):
    path = hdf5(tmp_path / "net.nc")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert len(problems(path)) == 1


def test_spoilt_bytes_never_end_in_a_traceback(tmp_path):
    content = bytearray(hdf5(tmp_path / "net.nc").read_bytes())
    rng = np.random.default_rng(1)
    outcomes = set()
    for _ in range(60):
        spoilt = bytearray(content)
        for place in rng.integers(0, 800, 8):
            spoilt[place] = rng.integers(0, 256)
        (tmp_path / "spoilt.nc").write_bytes(spoilt)
        try:
            read_network(tmp_path / "spoilt.nc")
            outcomes.add("read")
        except InputError:
            outcomes.add("refused")
    assert "refused" in outcomes


def test_nothing_outside_the_file_is_read(tmp_path):
    other = hdf5(tmp_path / "other.nc")
    path = hdf5(tmp_path / "net.nc", lines_x=None)
    with h5py.File(path, "a") as file:
        file["lines_x"] = h5py.ExternalLink(str(other), "/lines_x")
    assert ("lines 1", "no reactance") in problems(path)  # as if it were not there
    raw = tmp_path / "secret"
    raw.write_bytes(np.array([75.0]).tobytes())
    path = hdf5(tmp_path / "raw.nc", lines_x=None)
    with h5py.File(path, "a") as file:
        file.create_dataset("lines_x", (1,), "f8", external=[(str(raw), 0, 8)])
    assert "another file" in problems(path)[0][1]


def test_a_shape_that_no_memory_holds(tmp_path):
    path = hdf5(tmp_path / "net.nc", lines_x=None)
    with h5py.File(path, "a") as file:
        file.create_dataset("lines_x", (10**12,), "f8", chunks=(1000,))
    assert "too large" in problems(path)[0][1]


def test_hdf5_of_something_else(tmp_path):
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file["temperature"] = [1.0]
    assert problems(path) == [("buses_i", "no such variable")]


def test_without_h5py_the_way_out_is_said(tmp_path, monkeypatch):
    path, real = hdf5(tmp_path / "net.nc"), builtins.__import__

    def without(name, *rest, **more):
        if name == "h5py":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"dc-siting\[network\].*export_to_csv_folder"):
        read_pypsa_network(path)
