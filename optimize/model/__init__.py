"""The siting model in Pyomo: one function a limit, named as its line here.

Sets: s sites, w workloads, y fiscal years, a areas, t slices, g headroom groups, k reinforcements,
l ties by direction, m metros, o offers of clean power, e stores, c kinds of certificates.
Power in MW, money in M¥, energy in MWh, carbon in t.

minimise    sum_y weight[y] (sum_s fixed[s] build[s,y] + per_mw[s] contract[s,y]
              + sum_k cost[k] reinforce[k,y] + sum_{m,s} pair_cost[m,s] serve[m,s,y]
              + sum_{a,t} hours[t] (sum_g price[a,g] supply[a,g,y,t] + voll unserved[a,y,t])
              + sum_o per_mw[o] clean[o,y] + sum_{o,t} hours[t] per_mwh[o] gen[o,y,t]
              + sum_e (per_mw[e] power[e,y] + per_mwh[e] energy[e,y])
              + sum_c per_gwh[c] certificate[c,y]
              + carbon_price[y] (emitted[y] + embodied[y], where that is asked for)
              + prices of over[..], unmet[..], late[y])
                                                                                    net present cost
subject to
  meet_compute         sum_s it[s,w,y] + unmet[w,y] >= demand[w,y]                  for each w, y
                       (EFLOPS: each MW counts with the efficiency of its year of installation)
  contract_covers_peak contract[s,y] >= pue_peak[s] (1+overhead) sum_w it[s,w,y]    for each s, y
  release_unused       contract[s,y] <= the peak of what is installed by y+3        for each s, y
  size_within_class    min[s] build[s,y] <= contract[s,y] <= max[s] build[s,y]      for each s, y
  keep_what_is_built   build, contract and it never fall                            for each s, y
                       (it by 1 - kept[w,y] where servers that need less replace others)
  wait_for_power       contract[s,y] <= 0 before first_fiscal_year[s]               for each s, y
  ramp_up              contract[s,y] - contract[s,y-1] <= ramp[s] connected years   for each s, y
  respect_headroom     sum_{s in g} firm[s,y] <= headroom[g,y] + reinforced         for each g, y
                       (firm: contract less what may be called off, see firm.py)
  survive_low_headroom powered demand with any gamma groups at their low headroom   for each y
  limit_waiting        sum_y years[y] late[y] <= mean_years wanted, late >= 0       where given
  stay_in_forecast     sum_{a in f} coincident contract <= counted[f,y] + over[f,y] for each f, y
  keep_reserve         supply + imports - exports >= (1+margin)(demand + firm)      for each a, y
  balance_power        supply + imports - exports + unserved = demand + draw        for each a, y, t
                       (plus gen of new plants and discharge - charge under contract)
  limit_daily_energy   sum_{t in day} hours supply <= share 24 capacity             for hydro
  respect_fences       |net interchange[a]| <= fence[a,y]                           where given
  shift_within_day     moved training draw returns within its day                   where allowed
  give_up_part, ...    draw given up for a few hours or moved to another area, see flexibility.py
  cap_carbon           sum_{a,t} hours intensity[a,y,t] draw[a,y,t] <= cap[y]       for each y
                       (plus embodied[y] where that is asked for)
  count_embodied       embodied[y] = sum_s (servers it[s,y] + building contract[s,y]) for each y
  run_within_contract  gen[o,y,t] <= availability[o,t] clean[o,y] (never falls)    for each o, y, t
  claim_what_runs      gen[o,y,t] <= supply of the plant, where it is not new       for each o, y, t
  store_within_power   charge[e,y,t] + discharge[e,y,t] <= power[e,y]               for each e, y, t
  store_level          level after = level before + in charge - discharge / out     for each e, y, t
  store_season         start of the next day = start + days gain of the day         for each e, y
  store_within_energy  0 <= level[e,y,t] <= energy[e,y], in every repeat of the day for each e, y, t
  clean_balance        gen + discharge - charge + clean imports - clean exports
                         = matched[a,y,t] + excess[a,y,t]                           for each a, y, t
  match_within_draw    matched[a,y,t] <= draw[a,y,t]                                for each a, y, t
  carry_on_flow        clean flow <= flow over the tie in that direction            for each l, y, t
  one_way              flow / capacity of both directions of a tie <= 1             for each l, y, t
  clean_share          hourly: sum hours (matched + grid (draw - matched)) >= share sum hours draw
                       annual: sum hours (matched + excess) >= share sum hours draw for each y
  clean_excess         sum hours excess <= excess share sum hours draw              for each y
  count_claim          open[y] >= claimed share sum hours draw - sum hours (matched + excess)
  claim_share          sum_c certificate[c,y] >= open[y], of contracts or certificates for each y
  serve_metros         sum_s serve[m,s,y] + unmet >= it[m,y], serve within it       for each m, y
  route_all, ...       inference sent by the hour to sites that its users reach, see routing.py
  spread_sites         largest share of an area, number of sites, zone caps, budget

No product of variables, and no constant larger than the physical limit of its own row.
"""

import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from optimize.model.carbon import cap_carbon
from optimize.model.certificates import cover_claim
from optimize.model.clean import match_clean
from optimize.model.compute import (
    contract_covers_peak,
    declare_demand,
    meet_compute,
    release_unused,
)
from optimize.model.contracts import claim_what_runs, declare_contracts
from optimize.model.cost import minimise_cost
from optimize.model.dispatch import declare_dispatch, state_dispatch
from optimize.model.flexibility import declare_flexibility
from optimize.model.forecast import stay_in_forecast
from optimize.model.headroom import respect_headroom
from optimize.model.latency import serve_metros
from optimize.model.reserve import keep_reserve
from optimize.model.robust import survive_low_headroom
from optimize.model.routing import route_inference
from optimize.model.sites import (
    declare_sites,
    keep_what_is_built,
    ramp_up,
    size_within_class,
    wait_for_power,
)
from optimize.model.spread import spread_sites
from optimize.model.storage import declare_storage
from optimize.model.waiting import limit_waiting
from optimize.problem import SiteProblem

__all__ = ["build_model"]


def build_model(problem: SiteProblem) -> pyo.ConcreteModel:
    """State `problem` as a mixed-integer linear program."""
    with PauseGC():  # building makes many small objects and no cycles: collecting them costs half
        model = pyo.ConcreteModel(name="siting")
        declare_sites(model, problem)
        declare_demand(model, problem)
        declare_dispatch(model, problem)
        declare_flexibility(model, problem)
        declare_contracts(model, problem)
        declare_storage(model, problem)
        for state in (
            meet_compute,
            contract_covers_peak,
            release_unused,
            size_within_class,
            keep_what_is_built,
            wait_for_power,
            ramp_up,
            respect_headroom,
            survive_low_headroom,
            limit_waiting,
            stay_in_forecast,
            keep_reserve,
            state_dispatch,
            claim_what_runs,
            match_clean,
            cover_claim,
            serve_metros,
            route_inference,
            cap_carbon,
            spread_sites,
            minimise_cost,
        ):
            state(model, problem)
    return model
