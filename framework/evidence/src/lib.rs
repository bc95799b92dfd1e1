//! Signed statements (DSSE, in-toto), keys, trust and the hash-chained ledger.
