"""The back ends. Decides who computes a plan; each passes the same conformance suite.

Takes: a plan or an Ibis expression, and Arrow tables.
Gives: Arrow tables and Parquet files whose types are those asked for.
Refuses: a result of another type than asked for.
"""
