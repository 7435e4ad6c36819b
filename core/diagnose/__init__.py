"""Why a mapping does not work, and what helps: asks and tries; slow, so never on the loop."""
