import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.errors import InputError
from grid.tracing import flow_traced_intensity

SLICES = pd.Index(["noon"], name="slice")


def hourly(**by_area):
    return pd.DataFrame(by_area, index=SLICES, dtype=float)


def flows(**by_pair):
    columns = pd.MultiIndex.from_tuples([tuple(pair.split("_")) for pair in by_pair])
    return pd.DataFrame([list(by_pair.values())], index=SLICES, columns=columns, dtype=float)


def test_an_importer_mixes_what_it_makes_and_what_it_gets():
    # b uses 100 MW at 0.8 and 100 MW from a at 0.2: 0.5.
    intensity = flow_traced_intensity(
        hourly(a=300, b=100), hourly(a=60, b=80), flows_mw=flows(a_b=100)
    )
    assert intensity.loc["noon"].tolist() == pytest.approx([0.2, 0.5])


def test_transit_passes_the_mix_on():
    # b gets 100 MW of a (1.0) beside its own 100 MW (0.0): 0.5; c gets 50 MW of that mix.
    intensity = flow_traced_intensity(
        hourly(a=200, b=100, c=50), hourly(a=200, b=0, c=0), flows_mw=flows(a_b=100, b_c=50)
    )
    assert intensity.loc["noon"].tolist() == pytest.approx([1.0, 0.5, 0.25])


def test_a_negative_flow_runs_the_other_way():
    forward = flow_traced_intensity(
        hourly(a=300, b=100), hourly(a=60, b=80), flows_mw=flows(a_b=100)
    )
    backward = flow_traced_intensity(
        hourly(a=300, b=100), hourly(a=60, b=80), flows_mw=flows(b_a=-100)
    )
    pd.testing.assert_frame_equal(forward, backward)


def test_opposite_flows_are_netted():
    netted = flow_traced_intensity(
        hourly(a=300, b=100), hourly(a=60, b=80), flows_mw=flows(a_b=150, b_a=50)
    )
    assert netted.loc["noon"].tolist() == pytest.approx([0.2, 0.5])


def test_an_area_without_any_power_is_unknown():
    intensity = flow_traced_intensity(hourly(a=300, b=0), hourly(a=60, b=0), flows_mw=flows(a_b=0))
    assert intensity.loc["noon", "a"] == pytest.approx(0.2)
    assert np.isnan(intensity.loc["noon", "b"])


def test_power_going_round_without_a_source_is_named():
    with pytest.raises(InputError, match="flows in slice noon"):
        flow_traced_intensity(
            hourly(a=0, b=0, c=0),
            hourly(a=0, b=0, c=0),
            flows_mw=flows(a_b=10, b_c=10, c_a=10),
        )


def test_the_order_of_columns_does_not_matter():
    generation, emissions = hourly(a=200, b=100, c=50), hourly(a=200, b=0, c=0)
    links = flows(a_b=100, b_c=50)
    turned = flow_traced_intensity(
        generation[["c", "a", "b"]], emissions, flows_mw=links.iloc[:, ::-1]
    )
    straight = flow_traced_intensity(generation, emissions, flows_mw=links)
    pd.testing.assert_frame_equal(turned[["a", "b", "c"]], straight)


AREAS = ["a", "b", "c", "d"]
PAIRS = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("b", "d")]
positive = st.floats(1.0, 1e4)


@settings(deadline=None)
@given(
    arrays(float, (3, 4), elements=positive),
    arrays(float, (3, 4), elements=st.floats(0, 1)),
    arrays(float, (3, 5), elements=st.floats(-0.2, 0.2)),
)
def test_all_emissions_are_consumed_and_no_intensity_leaves_the_range(output, factor, share):
    generation = pd.DataFrame(output, columns=AREAS)
    emissions = generation * factor
    # Flows within a fifth of the smallest plant, so that no area sends more than it has.
    flow = pd.DataFrame(
        share * output.min(axis=1, keepdims=True), columns=pd.MultiIndex.from_tuples(PAIRS)
    )
    intensity = flow_traced_intensity(generation, emissions, flows_mw=flow)
    used = generation.copy()
    for sender, receiver in PAIRS:
        used[sender] -= flow[sender, receiver]
        used[receiver] += flow[sender, receiver]
    assert (used * intensity).sum(axis=1).to_numpy() == pytest.approx(
        emissions.sum(axis=1).to_numpy(), abs=1e-6
    )
    assert intensity.min(axis=1).ge(factor.min(axis=1) - 1e-9).all()
    assert intensity.max(axis=1).le(factor.max(axis=1) + 1e-9).all()
