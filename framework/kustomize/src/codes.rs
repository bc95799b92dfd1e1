//! The codes of this crate's messages.

terrace_diag::codes! {
    /// A file or folder that cannot be read.
    UNREADABLE = "E0601", "kustomize-unreadable", "A file or folder that a kustomization names does not exist or cannot be read. Paths count from the folder of the kustomization that names them.";
    /// A path outside of what may be read.
    OUTSIDE_ROOT = "E0602", "kustomize-outside-root", "A kustomization may read files only in its own folder or below it, symbolic links followed, so that it can be moved and shared as a whole. Folders under `resources` and `components` are free. Move the file, make its folder a kustomization of its own and list that, or build with the load restrictor LoadRestrictionsNone.";
    /// No kustomization file, or several.
    NO_KUSTOMIZATION = "E0603", "kustomize-no-kustomization", "A folder that is built or listed must hold exactly one of kustomization.yaml, kustomization.yml and Kustomization.";
    /// A kustomization that cannot be decoded.
    INVALID_KUSTOMIZATION = "E0604", "kustomize-invalid-kustomization", "The kustomization file has a field that kustomize does not know, or a value of the wrong type. Kustomization files are read by the rules of YAML 1.1: y, yes and on are booleans there.";
    /// A field of a later kustomize.
    LATER_FIELD = "E0605", "kustomize-later-field", "The field is known only to a kustomize later than the version whose behaviour is reproduced here (5.5.0), which refuses it.";
    /// Something that needs a program, a container or the network.
    NOT_SUPPORTED = "E0606", "kustomize-not-supported", "Builds read files and nothing else, so that they can be repeated: no network, no helm, no plugin programs or containers. Vendor remote bases, inflate charts when they are vendored, and list the result under `resources`.";
    /// A cycle of kustomizations.
    CYCLE = "E0607", "kustomize-cycle", "A kustomization reaches itself, or a folder that contains it, through resources or components.";
    /// A resource file that is not a list of Kubernetes objects.
    INVALID_RESOURCE = "E0608", "kustomize-invalid-resource", "Every document of a resource file must be an object with kind and metadata.name. The file is split at lines that start with `---`.";
    /// Two resources of one identity.
    DUPLICATE_ID = "E0609", "kustomize-duplicate-id", "Group, version, kind, namespace and name together identify a resource; a build may hold each only once.";
    /// A generator that cannot do what it is asked.
    INVALID_GENERATOR = "E0610", "kustomize-invalid-generator", "A configMapGenerator or secretGenerator entry has a wrong source, repeats a key, or merges with or replaces something that is not there.";
    /// A patch that cannot be read or applied.
    PATCH = "E0611", "kustomize-patch", "A patch is either a strategic merge patch (an object with kind and metadata.name) or a list of JSON patch operations with a target. Its target must exist and its operations must apply.";
    /// A replacement that cannot be made.
    REPLACEMENT = "E0612", "kustomize-replacement", "A replacement copies the value of exactly one source field into each field its targets select; both must exist (targets unless options.create is set).";
    /// A transformer that met a value it cannot change.
    TRANSFORMER = "E0613", "kustomize-transformer", "A transformer met a field of the wrong kind, a configuration it cannot use, or nothing to do where kustomize demands something.";
    /// A name reference with several possible targets.
    AMBIGUOUS_REFERENCE = "E0614", "kustomize-ambiguous-reference", "A field refers to a resource by a name that several renamed resources had. Give the resources different names.";
    /// A var that cannot be resolved.
    VARIABLE = "E0615", "kustomize-variable", "A var must have a unique name and refer to one field of one resource.";
    /// A value that has no place in the output.
    UNPRINTABLE = "E0616", "kustomize-unprintable", "The output is made through JSON, which has no infinity, no NaN and only string keys, and the result must say what its tags promise.";
    /// A deprecated field.
    DEPRECATED = "E0617", "kustomize-deprecated", "The field still works; kustomize asks to replace it.";
    /// More than this tool is willing to work through.
    LIMIT = "E0618", "kustomize-limit", "Sizes are limited so that hostile input ends early with a message.";
    /// Layers that do not stack.
    STACK = "E0619", "kustomize-stack", "Layers of one component stack: each layer builds on the one directly below it. A layer may list the one below among its resources, but must not reach past it.";
    /// A validator or a plugin that refused.
    VALIDATION = "E0620", "kustomize-validation", "A validator of the kustomization refused the resources or changed them, which validators must not.";
}
