//! Codes of rendering. The range is shared with terrace-release.

terrace_diag::codes! {
    /// A root reads another whose state has no backend.
    NO_BACKEND = "E0750", "no-backend", "A component reads an output across states, so the producing root needs a backend that the reader can name. Write a `backend` block into terrace.hcl or a layer.";
    /// The lock file cannot be read.
    BAD_LOCK = "E0751", "bad-lock-file", "The platform's .terraform.lock.hcl is not what `terraform providers lock` writes. Make it anew with that command.";
    /// A provider that the lock does not have.
    NOT_LOCKED = "E0752", "provider-not-locked", "A root needs a provider that the platform's .terraform.lock.hcl does not pin, so another environment could initialise another version. Run `terraform providers lock` in a rendered root and copy the entry into ./.terraform.lock.hcl. Until then the root renders, but cannot become part of a release.";
    /// A secret in plain text.
    SECRET = "E0753", "secret-in-render", "What is rendered goes into git with every release, where a credential or the plain data of a Kubernetes Secret is readable for ever. List Terraform secrets in a component's `secrets`, and seal or encrypt Kubernetes ones (Sealed Secrets, External Secrets, SOPS). What only looks like a secret is waived in terrace.hcl: `waiver \"secret\" { paths = [\"ops/web/**\"] reason = \"…\" }`.";
    /// Two roots with one state.
    SAME_STATE = "E0754", "same-state", "Two roots would keep their state in the same place and overwrite each other. Use `${env.name}` and `${state.name}` in the backend.";
}
