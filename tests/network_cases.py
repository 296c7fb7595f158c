"""Networks as text, and a DC power flow of a few lines to see what they carry."""

import numpy as np

CASE9 = """function mpc = case9
%CASE9  nine buses, three generators (Anderson and Fouad)
mpc.version = '2';
%% system MVA base
mpc.baseMVA = 100;
%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	345	1	1.1	0.9;
	2	2	0	0	0	0	1	1	0	345	1	1.1	0.9;
	3	2	0	0	0	0	1	1	0	345	1	1.1	0.9;
	4	1	0	0	0	0	1	1	0	345	1	1.1	0.9;
	5	1	90	30	0	0	1	1	0	345	1	1.1	0.9;
	6	1	0	0	0	0	1	1	0	345	1	1.1	0.9;
	7	1	100	35	0	0	1	1	0	345	1	1.1	0.9;
	8	1	0	0	0	0	1	1	0	345	1	1.1	0.9;
	9	1	125	50	0	0	1	1	0	345	1	1.1	0.9;
];
%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	72.3	27.03	300	-300	1.04	100	1	250	10;
	2	163	6.54	300	-300	1.025	100	1	300	10;
	3	85	-10.95	300	-300	1.025	100	1	270	10;
];
%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	4	0	0.0576	0	250	250	250	0	0	1	-360	360;
	4	5	0.017	0.092	0.158	250	250	250	0	0	1	-360	360;
	5	6	0.039	0.17	0.358	150	150	150	0	0	1	-360	360;
	3	6	0	0.0586	0	300	300	300	0	0	1	-360	360;
	6	7	0.0119	0.1008	0.209	150	150	150	0	0	1	-360	360;
	7	8	0.0085	0.072	0.149	250	250	250	0	0	1	-360	360;
	8	2	0	0.0625	0	250	250	250	0	0	1	-360	360;
	8	9	0.032	0.161	0.306	250	250	250	0	0	1	-360	360;
	9	4	0.01	0.085	0.176	250	250	250	0	0	1	-360	360;
];
mpc.gencost = [
	2	1500	0	3	0.11	5	150;
	2	2000	0	3	0.085	1.2	600;
	2	3000	0	3	0.1225	1	335;
];
"""
FLOWS9 = (67.0, 28.9674, -61.0326, 85.0, 23.9674, -76.0326, -163.0, 86.9674, -38.0326)
"""DC flows of the branches, as an independent program finds them. [MW]"""

LOADS14 = (0, 21.7, 94.2, 47.8, 7.6, 11.2, 0, 0, 29.5, 9, 3.5, 6.1, 13.5, 14.9)
BRANCHES14 = (
    (1, 2, 0.01938, 0.05917, 0),
    (1, 5, 0.05403, 0.22304, 0),
    (2, 3, 0.04699, 0.19797, 0),
    (2, 4, 0.05811, 0.17632, 0),
    (2, 5, 0.05695, 0.17388, 0),
    (3, 4, 0.06701, 0.17103, 0),
    (4, 5, 0.01335, 0.04211, 0),
    (4, 7, 0, 0.20912, 0.978),
    (4, 9, 0, 0.55618, 0.969),
    (5, 6, 0, 0.25202, 0.932),
    (6, 11, 0.09498, 0.1989, 0),
    (6, 12, 0.12291, 0.25581, 0),
    (6, 13, 0.06615, 0.13027, 0),
    (7, 8, 0, 0.17615, 0),
    (7, 9, 0, 0.11001, 0),
    (9, 10, 0.03181, 0.0845, 0),
    (9, 14, 0.12711, 0.27038, 0),
    (10, 11, 0.08205, 0.19207, 0),
    (12, 13, 0.22092, 0.19988, 0),
    (13, 14, 0.17093, 0.34802, 0),
)
"""IEEE 14-bus case: from, to, r, x, tap."""

FLOWS14 = (
    *(147.8386, 71.1614, 70.0146, 55.1519, 40.9721, -24.1854, -61.7465),
    *(28.3612, 16.5518, 42.7870, 6.7283, 7.6074, 17.2513, 0.0, 28.3612),
    *(5.7717, 9.6413, -3.2283, 1.5074, 5.2587),
)
"""DC flows of the branches, as an independent program finds them. [MW]"""


def case14():
    """The IEEE 14-bus case with commas between cells and rows on one line."""
    kinds = {1: 3, 2: 2, 3: 2, 6: 2, 8: 2}
    buses = "; ".join(
        f"{n}, {kinds.get(n, 1)}, {mw}, 0, 0, 0, 1, 1, 0, 0, 1, 1.06, 0.94"
        for n, mw in enumerate(LOADS14, 1)
    )
    gens = ((1, 232.4, 332.4), (2, 40, 140), (3, 0, 100), (6, 0, 100), (8, 0, 100))
    generators = "\n".join(f"{b} {p} 0 10 -10 1 100 1 {most} 0" for b, p, most in gens)
    branches = ";\n".join(
        f"{f} {t} {r} {x} 0 0 0 0 {tap} 0 1 -360 360" for f, t, r, x, tap in BRANCHES14
    )
    return (
        "function mpc = case14\nmpc.version = '2';\nmpc.baseMVA = 100;\n"
        f"mpc.bus = [{buses}];\nmpc.gen = [\n{generators}\n];\nmpc.branch = [{branches}];\n"
    )


def dc_flows(network):
    """Flow of every branch, the first slack bus taking the rest. [MW], positive from to to"""
    buses = list(network.buses.index)
    place = {bus: n for n, bus in enumerate(buses)}
    branches = network.branches[network.branches["in_service"]]
    start = branches["from_bus"].map(place).to_numpy()
    end = branches["to_bus"].map(place).to_numpy()
    mw_per_rad = network.base_mva / (branches["x_pu"] * branches["ratio"]).to_numpy(float)
    shift = np.deg2rad(branches["shift_deg"].to_numpy(float))
    incidence = np.zeros((len(branches), len(buses)))
    incidence[range(len(branches)), start] = 1
    incidence[range(len(branches)), end] -= 1
    injected = -network.buses["load_mw"].to_numpy(float)
    running = network.generators[network.generators["in_service"].astype(bool)]
    np.add.at(injected, running["bus"].map(place).to_numpy(int), running["p_mw"].to_numpy(float))
    injected += incidence.T @ (mw_per_rad * shift)
    slack = int(np.flatnonzero(network.buses["is_slack"])[0])
    rest = [n for n in range(len(buses)) if n != slack]
    matrix = incidence.T @ (mw_per_rad[:, None] * incidence)
    angle = np.zeros(len(buses))
    angle[rest] = np.linalg.solve(matrix[np.ix_(rest, rest)], injected[rest])
    return mw_per_rad * (incidence @ angle - shift)
