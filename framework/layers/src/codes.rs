//! Codes of reading and merging layers.

terrace_diag::codes! {
    /// A block type that no layer file has.
    UNKNOWN_BLOCK = "E0401", "unknown-block", "A layer file holds `terraform`, `kustomize`, `provider`, `locals`, `versions` and `backend` blocks. Anything else is refused, so that a typo is not silently ignored. Environments, promotions, gates and trust stand in terrace.hcl.";
    /// An attribute that the block does not have.
    UNKNOWN_ATTRIBUTE = "E0402", "unknown-attribute", "The block has no attribute of this name. A `terraform` block takes source, version, ref, state, inputs, providers, secrets, enabled, renamed_from, after and patch; values for the module belong into `inputs = { … }`.";
    /// Wrong labels.
    BLOCK_LABELS = "E0403", "block-labels", "A `terraform`, `kustomize`, `provider` or `backend` block has exactly one label, its name: `terraform \"network\" { … }`. `locals` and `versions` have none.";
    /// The same thing twice in one layer.
    DUPLICATE_DEFINITION = "E0404", "duplicate-definition", "The same component, provider, local or backend is defined twice in one layer. The order of files never matters, so there is no rule for which one would win. Put both into one block, or move one of them to another layer. For the same reason a key may stand only once in a map.";
    /// A value of one kind over another kind.
    KIND_CONFLICT = "E0405", "layer-kind-conflict", "Two layers give values of different kinds (map, list, scalar) for the same path. That is nearly always a mistake, so it is refused. If the higher layer is meant to replace the lower one whole, write `override(…)` around its value.";
    /// An operator where nothing is merged.
    MISPLACED_OPERATOR = "E0406", "misplaced-operator", "`append`, `prepend`, `merge_by`, `override` and `unset` say how a value meets the one of the layers below. They stand only where such a value stands (an attribute, an item of a merged object, or a branch of a conditional there), not inside other expressions or list items.";
    /// An operator called wrongly.
    OPERATOR_ARGUMENTS = "E0407", "operator-arguments", "The operators are `append([…])`, `prepend([…])`, `merge_by(\"key\", [{…}])`, `override(value)` and `unset`.";
    /// merge_by items without a usable key.
    MERGE_BY_KEY = "E0408", "merge-by-key", "`merge_by(\"name\", […])` matches items by the value of one attribute. Every item of both lists must be a map that has this attribute with a known string, number or bool, and no value may appear twice in one list.";
    /// unset of nothing.
    UNSET_NOTHING = "E0409", "unset-of-nothing", "`unset` removes what a lower layer set, but no lower layer sets this key. It is probably a typo in the key, or a left-over.";
    /// A late-bound value would have to be merged.
    LATE_MERGE = "E0410", "merge-with-late-value", "The value of a reference to another component's output is known only when Terraform runs, so it cannot be merged with a map or changed by an operator when the layers are compiled. Write `override(…)` to take the higher value whole.";
    /// A patch is malformed.
    BAD_PATCH = "E0411", "bad-patch", "`patch` is a list of RFC 6902 operations: { op = \"add\" | \"remove\" | \"replace\" | \"move\" | \"copy\" | \"test\", path = \"/a/b\", value = …, from = \"/c\" }. Paths start with `/`; `~1` stands for `/` and `~0` for `~`.";
    /// A patch does not apply.
    PATCH_FAILED = "E0412", "patch-failed", "An operation of `patch` does not apply to the inputs as they are at the end of this layer: its path leads nowhere, or a `test` found another value. The whole patch is refused.";
    /// A key that is not a string.
    BAD_KEY = "E0413", "bad-object-key", "The key of an object item must be known when the layers are compiled, and be a string (numbers and bools are converted).";
    /// YAML layer file of the wrong shape.
    YAML_SHAPE = "E0414", "yaml-layer-shape", "A YAML layer file is a mapping with the same keys as an HCL one: terraform: {NAME: {source: …, inputs: {…}}}, kustomize: {NAME: …}, provider: {NAME: {…}}, locals: {…}, backend: {TYPE: {…}}, versions: {…}.";
    /// Unknown YAML tag.
    YAML_TAG = "E0415", "layer-yaml-tag", "In a YAML layer file the operators are tags: !append [..], !prepend [..], !merge_by [KEY, [..]], !override VALUE, !unset, and !block {..} for a nested block of a provider. Other tags are not known.";
    /// A plain YAML scalar that YAML 1.1 reads differently.
    YAML_AMBIGUOUS = "E0416", "yaml-ambiguous", "Readers of YAML 1.1 and YAML 1.2 disagree about this plain scalar (yes, on, 012, 1_000, 1:30 and the like). Put quotes around it if it is a string, or write the number or bool plainly.";
    /// A local that depends on itself.
    LOCAL_CYCLE = "E0417", "local-cycle", "The value of a local depends on itself, through the locals shown in order. Break the circle at one of them.";
    /// A name that is not valid.
    BAD_NAME = "E0418", "bad-name", "Names of components, environments and states become folder names and Terraform identifiers: they start with a letter and go on with letters, digits, `_` and `-`, at most 63 characters.";
    /// A block where an attribute is meant.
    NOT_A_BLOCK = "E0419", "attribute-expected", "This is an attribute, not a nested block: write `name = { … }` with an equals sign.";
    /// Too many nodes.
    TOO_DEEP = "E0420", "too-deeply-nested", "Values are nested deeper than 200 levels. Nothing sensible is; this protects the program from input made to exhaust it.";
}
