//! Codes of the platform: terrace.hcl, components, references, roots and types.

terrace_diag::codes! {
    /// There is no terrace.hcl.
    NO_PLATFORM = "E0501", "no-platform-file", "This folder and the folders above it hold no terrace.hcl, or it has no `platform \"name\" { }` block. `terrace init DIR` makes a repository.";
    /// A block that terrace.hcl does not have.
    UNKNOWN_BLOCK = "E0502", "unknown-platform-block", "terrace.hcl holds `platform`, `environment`, `promotion`, `gate`, `trust`, `vendor` and `backend` blocks. Components, locals and providers stand in the layers.";
    /// An attribute that the block does not have.
    UNKNOWN_ATTRIBUTE = "E0503", "unknown-platform-attribute", "The block has no attribute or nested block of this name. Nothing in terrace.hcl is ignored, since a misspelt guard would be no guard.";
    /// A value of the wrong type.
    WRONG_TYPE = "E0504", "wrong-setting-type", "This setting has another type. The message says which one is expected.";
    /// An unknown environment.
    UNKNOWN_ENVIRONMENT = "E0505", "unknown-environment", "No `environment \"…\"` block of terrace.hcl has this name.";
    /// A layer folder that is not there.
    MISSING_LAYER = "E0506", "missing-layer-folder", "An environment names a layer whose folder does not exist. Create the folder (it may be empty but for one file) or take the layer out of `layers`.";
    /// An environment nothing leads into.
    UNGUARDED = "E0507", "unguarded-environment", "An environment is either `entry = true` (releases enter there) or the target of a `promotion`. One that is neither could never get a release, and one that is both would have an unguarded way in.";
    /// The promotions form a circle.
    EDGE_CYCLE = "E0508", "promotion-cycle", "The promotions lead in a circle, so no release could ever be first. The environments are shown in order.";
    /// An unknown gate.
    UNKNOWN_GATE = "E0509", "unknown-gate", "A promotion asks for a gate that is neither built in (fmt, validate, plan_clean, no_drift) nor defined by a `gate` block.";
    /// Something that this version does not do.
    NOT_BUILT = "E0510", "not-built-yet", "This setting belongs to Terrace's design, but this version does not carry it out. It is refused rather than ignored, since a guard that does nothing is worse than none.";
    /// A duplicate block.
    DUPLICATE = "E0511", "duplicate-block", "Two blocks of terrace.hcl have the same name.";
    /// A required attribute is missing.
    MISSING_ATTRIBUTE = "E0512", "missing-attribute", "The block needs this attribute.";
    /// The component's source does not exist.
    MISSING_SOURCE = "E0513", "missing-source", "The folder that `source` names does not exist, or holds no .tf files. A path in the repository starts with `./` and counts from the repository's root.";
    /// A reference to a component that the environment does not have.
    UNKNOWN_COMPONENT = "E0514", "unknown-component", "`terraform.NAME.OUTPUT` names a component that no layer of this environment defines, or that is disabled there. So does an entry of `unobserved` that neither environment of the promotion has.";
    /// A reference to an output that the module does not have.
    UNKNOWN_OUTPUT = "E0515", "unknown-output", "The module of the component that is referred to declares no such output.";
    /// Roots that depend on each other.
    ROOT_CYCLE = "E0516", "reference-cycle", "Roots are planned and applied one after the other, so their references must not lead in a circle. Put the components into one `state`, or break the circle at one of the references shown.";
    /// An input that the module does not declare.
    UNKNOWN_INPUT = "E0517", "unknown-input", "\
The module declares no variable of this name, or the variable's object type has no attribute of this name. Terraform \
refuses an unknown variable, but later and without the layer's place; an unknown attribute it drops without a word, so \
that a misspelt setting has no effect. An attribute that a layer writes out is therefore an error. Where a whole value \
is handed on (`network = local.network`), it may hold more than this module takes, and the message is a warning; \
`{ for key in [\"id\", \"cidr\"] : key => local.network[key] }` hands on a part of it.";
    /// A required input that no layer sets.
    MISSING_INPUT = "E0518", "missing-input", "The module declares a variable without a default, and no layer of this environment sets it.";
    /// A value that does not fit the variable's type.
    INPUT_TYPE = "E0519", "input-type", "The value does not fit the type of the module's variable, or one of its validation rules refuses it.";
    /// A module that could not be checked.
    UNCHECKED_MODULE = "E0520", "unchecked-module", "The module is not at hand (it is remote and not vendored, or written in JSON), so its inputs and outputs were not checked. Terraform will check them.";
    /// A setting that must be known now depends on a late value.
    LATE_SETTING = "E0522", "late-setting", "This setting decides what is rendered, so it must be known when the layers are compiled. It depends on an output of another component, which only Terraform knows.";
    /// Names that collide.
    NAME_COLLISION = "E0523", "name-collision", "Two roots or components of one environment have names that differ only in upper and lower case, or a root has the name of another component. They would be one folder on some machines.";
    /// An alias that no layer configures.
    UNKNOWN_PROVIDER = "E0524", "unknown-provider", "`providers = { … }` refers to a provider configuration that no layer of this environment has. Write `provider \"NAME\" { alias = \"…\" }` in a layer.";
    /// An input that this kind of component or scope does not have.
    BAD_SCOPE = "E0525", "not-available-here", "This name is not available in this expression: `component` and `state` stand for one component and are not known in locals, providers and environments.";
    /// A secret reached the output.
    SENSITIVE_OUTPUT = "E0526", "sensitive-in-output", "A sensitive value would be written into the rendered Terraform. Secrets are passed with `secrets = [\"name\"]`, which renders a sensitive variable and never the value.";
    /// A module that reaches out of what is copied.
    MODULE_ESCAPES = "E0527", "module-escapes", "The module calls another module, or reads a file, outside of the repository or of the folders that are copied into the root, so the root would not work on its own.";
    /// A late value in a Kustomize component.
    LATE_IN_KUSTOMIZE = "E0528", "late-value-in-kustomize", "Kustomize output is complete when it is rendered, so an output of a Terraform component, known only after apply, cannot stand in it.";
    /// An attribute of terrace.hcl that must be a literal.
    BAD_DURATION = "E0529", "bad-duration", "Durations are a number and a unit: 90s, 10m, 2h, 7d; parts may be joined: 1h30m. The longest is 36500d, a hundred years.";
    /// A rule of a promotion that lets everything through, or nothing.
    EMPTY_GUARD = "E0532", "empty-guard", "This rule of a promotion says nothing: without a gate every environment would be validated, approvals or acknowledgements of nobody are always there, and approvals of a role that signs none are never. Name a gate (`fmt`, `validate`, `plan_clean` and `no_drift` are built in), ask for at least one approver, or take the block away.";
    /// A rename that does not fit.
    BAD_RENAME = "E0531", "bad-rename", "`renamed_from` names the component that this one was before. It must not exist any more in this environment.";
}
