"""Contracts of the list of load applications and of what a check of it assumes."""

from data.contract import (
    AREAS,
    NAMES,
    SOURCE_PATTERN,
    Column,
    Contract,
    facts,
    key,
    number,
    position,
    text,
)

STAGES = ("study", "applied", "accepted", "contract", "supplied")
"""事前検討, 申込, 供給承諾, 工事費負担金契約, 供給開始: how far an application has come."""

KINDS = ("data_center", "fab", "other")
"""What asks for power; OCCTO counts the first two one by one."""

COUNTED_PATTERN = r"yes|no|\d{4}-(0[1-9]|1[0-2])"
RAMP_PATTERN = r"rate:(?=[\d.]*[1-9])\d+(\.\d+)?|steps:\d+(\.\d+)?(;\d+(\.\d+)?)*"

ASSUMPTION_COLUMNS = (
    key("assumption"),
    *NAMES,
    number("value", filled=False),
    number("low", filled=False),
    number("high", filled=False),
    text("unit"),
)

LOAD_TABLES = {
    "forecast_assumptions": facts(*ASSUMPTION_COLUMNS, by="assumption"),
    "municipalities": facts(
        Column("code", pattern=r"\d{5}"), text("prefecture_ja"), text("name_ja"), by="code"
    ),
}

APPLICATIONS = Contract(
    (
        text("id"),
        text("name", filled=False, present=False),
        text("applicant", filled=False, present=False),
        Column(
            "area",
            filled=False,
            present=False,
            allowed=AREAS,
            words="a supply area: hokkaido ... okinawa, or 北海道 ... 沖縄",
        ),
        *(
            Column(c.name, "number", filled=False, present=False, least=c.least, most=c.most)
            for c in position()
        ),
        Column(
            "municipality",
            filled=False,
            present=False,
            pattern=r"\d{5}",
            words="a municipality of the list of 2020: its name in Japanese with the prefecture, "
            "or its code with leading zeros; where it has changed since, write the old name or "
            "the area alone",
        ),
        text("connection_point", filled=False, present=False),
        Column(
            "contract_mw",
            "number",
            least=0.001,
            most=1e6,
            words="a power above 0 in MW, or with its unit (12 万kW, 500 kW)",
        ),
        Column(
            "supply_start",
            "whole",
            least=1990,
            most=2100,
            words="a fiscal year (2028, FY2028, 2028年度, 令和10年度) or a date (2028-10-01)",
        ),
        Column(
            "ramp",
            filled=False,
            present=False,
            pattern=RAMP_PATTERN,
            words="years to full power (3), shares by year that rise to 1 (0.3;0.6;1), "
            "or MW a year (100 MW/y)",
        ),
        Column(
            "load_factor",
            "number",
            filled=False,
            present=False,
            least=0,
            most=1,
            words="a share from 0 to 1, or a percentage with its sign (80 %)",
        ),
        Column(
            "kind",
            allowed=KINDS,
            words="data_center, fab or other (データセンター, 半導体工場, その他)",
        ),
        Column(
            "stage",
            allowed=STAGES,
            words="study 事前検討, applied 申込, accepted 供給承諾, contract 工事費負担金契約 or "
            "supplied 供給開始",
        ),
        Column(
            "probability",
            "number",
            filled=False,
            present=False,
            least=0,
            most=1,
            words="a share from 0 to 1, or a percentage with its sign (30 %)",
        ),
        Column(
            "counted",
            filled=False,
            present=False,
            pattern=COUNTED_PATTERN,
            words="yes, no, or the first forecast that counts it (2026-01)",
        ),
    ),
    ("id",),
)
"""A list of applications for power, one row an application, in canonical words."""

USER_ASSUMPTIONS = Contract(
    (
        key("assumption"),
        number("value", filled=False),
        Column("low", "number", filled=False, present=False),
        Column("high", "number", filled=False, present=False),
        Column("unit", filled=False, present=False),
        Column("source", present=False, default="user_file", pattern=SOURCE_PATTERN),
        Column("note", filled=False, present=False, empty=""),
    ),
    ("assumption",),
)
"""A user's own values for some of the assumptions."""

USER_LOAD_TABLES = {"applications": APPLICATIONS, "user_assumptions": USER_ASSUMPTIONS}
