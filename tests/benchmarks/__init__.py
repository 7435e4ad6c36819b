"""The benchmark harness (`python -m tests.benchmarks`); nothing here is imported by the product."""
