//! Random trees of kustomizations: bases, overlays on one another, components.

mod generators;
mod json_patches;
mod kustomization;
mod merge_patches;
mod plugins;
mod pods;
mod random;
mod replacements;
mod resources;
mod spelling;
mod values;

use std::collections::BTreeMap;

use random::Random;

/// Files by path; the folder to build is `top`.
pub(crate) type Files = BTreeMap<String, String>;

/// The same tree for the same seed.
pub(crate) fn generate(seed: u64) -> Files {
    let mut random = Random::new(seed);
    let mut files = Files::new();
    let bases = random.below(3);
    let mut below = Vec::new();
    for at in 0..bases {
        let dir = format!("base{at}");
        let others = std::mem::take(&mut random.world);
        kustomization::write(&mut random, &mut files, &dir, &[], &others, at);
        random.world.extend(others);
        below.push(format!("../{dir}"));
    }
    let depth = random.below(3);
    let mut inner = below;
    for at in 0..depth {
        let dir = format!("mid{at}");
        kustomization::write(&mut random, &mut files, &dir, &inner, &[], bases + at);
        inner = vec![format!("../{dir}")];
    }
    kustomization::write(&mut random, &mut files, "top", &inner, &[], 9);
    files
        .into_iter()
        .map(|(path, text)| {
            // Vars of their own, so that several trees can be built as one.
            let text = text.replace("VAR_", &format!("VAR_{seed}_"));
            let text = if path.ends_with(".yaml") {
                spelling::vary(&mut random, text)
            } else {
                text
            };
            (path, text)
        })
        .collect()
}
