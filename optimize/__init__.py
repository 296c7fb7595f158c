"""Choosing sites from numbers only: a Pyomo model solved by HiGHS."""
