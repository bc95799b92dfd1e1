//! The codes of this crate: E10xx.

terrace_diag::codes! {
    /// A line of allowed_signers that cannot be used.
    BAD_SIGNER_LINE = "E1001", "bad-signer-line", "trust/allowed_signers has OpenSSH's format: principals, options, key type, key. Every line must be understood, since a line that is skipped is a key that silently stops counting. Wildcards and cert-authority lines are refused: roles name principals, and a certificate authority could name anyone. Times need a final Z, since without one they mean another moment on every machine.";
    /// A signing key that cannot be read.
    BAD_KEY = "E1002", "bad-key", "A signing key is an ed25519 or ECDSA P-256 key: PKCS#8 PEM (`openssl genpkey`), SEC1 PEM, or OpenSSH text (`ssh-keygen`), without a passphrase. `terrace keys new` makes one.";
    /// A ledger that does not verify.
    LEDGER = "E1003", "ledger-does-not-verify", "The ledger is a chain of signed entries: each carries its number, the sha256 of the one before and the commit whose trust it was signed under. An entry that is missing, changed, repeated or signed by someone without the role breaks it, and nothing is promoted until it is mended. Fetch again; if the remote has this ledger too, restore the branch from a clone that verifies, and find out who could write to it.";
    /// A role that names nobody, or a principal without a key.
    BAD_ROLE = "E1004", "bad-role", "A `role` block of `trust` lists principals of trust/allowed_signers. `terrace keys new NAME --role ROLE` prints both lines.";
}
