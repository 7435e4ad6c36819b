"""The tests; folders mirror `core` and `gui`, and what crosses both lies beside them."""
