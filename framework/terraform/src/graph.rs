//! Which root comes after which.
//!
//! A root is applied after the roots it needs. A removed root is destroyed after
//! everything that used it: removed roots that needed it, and roots of the
//! release that needed it when they were last applied. What a removed root
//! itself needed changes only after it is gone, since its destroy still reads
//! their outputs; where that would close a circle, it is given up first.

use std::collections::{BTreeMap, BTreeSet};

use terrace_exec::jobs;

use crate::error::TerraformError;
use crate::request::{Removed, Root};

/// Indices: the release's roots, then the removed ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Graph {
    pub(crate) names: Vec<String>,
    pub(crate) needs: Vec<Vec<usize>>,
}

impl Graph {
    pub(crate) fn new(roots: &[Root], removed: &[Removed]) -> Result<Self, TerraformError> {
        let names: Vec<String> = roots
            .iter()
            .map(|root| &root.name)
            .chain(removed.iter().map(|root| &root.name))
            .cloned()
            .collect();
        let mut index = BTreeMap::new();
        for (at, name) in names.iter().enumerate() {
            if let Err(error) = terrace_release::check_name(name) {
                return Err(TerraformError::Roots {
                    message: error.message,
                });
            }
            // Folders on a file system that folds case would be one.
            if index.insert(name.to_ascii_lowercase(), at).is_some() {
                return Err(TerraformError::Roots {
                    message: format!("there are two roots `{name}`"),
                });
            }
        }
        let find = |name: &str| {
            index
                .get(&name.to_ascii_lowercase())
                .copied()
                .filter(|at| names[*at] == name)
        };
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
        for (at, root) in roots.iter().enumerate() {
            for need in &root.needs {
                match find(need) {
                    Some(other) if other < roots.len() => needs[at].push(other),
                    _ => {
                        return Err(TerraformError::Roots {
                            message: format!(
                                "root `{}` needs `{need}`, which is no root of this release",
                                root.name
                            ),
                        });
                    }
                }
            }
        }
        let gone = |name: &str| find(name).filter(|at| *at >= roots.len());
        for (at, root) in roots.iter().enumerate() {
            let before = root.applied.iter().flat_map(|applied| &applied.needs);
            for user_of in before.filter_map(|need| gone(need)) {
                needs[user_of].push(at);
            }
        }
        for (at, root) in removed.iter().enumerate() {
            for user_of in root.applied.needs.iter().filter_map(|need| gone(need)) {
                needs[user_of].push(roots.len() + at);
            }
        }
        let order = jobs::order(&needs).map_err(|cycle| {
            let mut members: Vec<String> =
                cycle.members.iter().map(|at| names[*at].clone()).collect();
            members.extend(members.first().cloned());
            TerraformError::Cycle { members }
        });
        order?;
        for (at, root) in removed.iter().enumerate() {
            let removed_at = roots.len() + at;
            let producers = root.applied.needs.iter().filter_map(|need| find(need));
            for producer in producers.filter(|at| *at < roots.len()) {
                if !reaches(&needs, removed_at, producer) {
                    needs[producer].push(removed_at);
                }
            }
        }
        Ok(Self { names, needs })
    }

    /// The names of indices.
    pub(crate) fn named(&self, indices: impl IntoIterator<Item = usize>) -> Vec<String> {
        let unique: BTreeSet<usize> = indices.into_iter().collect();
        unique
            .into_iter()
            .map(|at| self.names[at].clone())
            .collect()
    }
}

/// Whether `from` needs `to`, directly or through others.
fn reaches(needs: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; needs.len()];
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        if at == to {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            todo.extend(&needs[at]);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Applied;
    use crate::source::RootSource;
    use terrace_release::Digest;

    fn applied(needs: &[&str]) -> Applied {
        Applied {
            digest: Digest::of("x"),
            needs: needs.iter().map(ToString::to_string).collect(),
            identity: None,
            lineage: None,
        }
    }

    fn root(name: &str, needs: &[&str], before: Option<&[&str]>) -> Root {
        Root {
            name: name.to_owned(),
            digest: Digest::of("x"),
            source: RootSource::Files(BTreeMap::new()),
            needs: needs.iter().map(ToString::to_string).collect(),
            applied: before.map(applied),
        }
    }

    fn removed(name: &str, before: &[&str]) -> Removed {
        Removed {
            name: name.to_owned(),
            source: RootSource::Files(BTreeMap::new()),
            applied: applied(before),
        }
    }

    fn order(roots: &[Root], removed: &[Removed]) -> Vec<String> {
        let graph = Graph::new(roots, removed).expect("a graph");
        let order = jobs::order(&graph.needs).expect("no cycle");
        order
            .into_iter()
            .map(|at| graph.names[at].clone())
            .collect()
    }

    #[test]
    fn removed_roots_go_dependents_first() {
        let roots = [
            root("vpc", &[], Some(&[])),
            root("app", &["vpc"], Some(&["vpc", "cache"])),
        ];
        let gone = [
            removed("cache", &["subnet"]),
            removed("subnet", &["vpc"]),
            removed("job", &["cache", "vpc"]),
        ];
        // `app` leaves `cache`, so it comes before it, and `vpc` before `app`.
        assert_eq!(
            order(&roots, &gone),
            ["job", "vpc", "app", "cache", "subnet"]
        );
        // Nobody used `job`, so what it needs waits until it is gone.
        assert_eq!(order(&roots[..1], &gone[2..]), ["job", "vpc"]);
    }

    #[test]
    fn inconsistent_roots_are_refused() {
        let error = |roots: &[Root], gone: &[Removed]| {
            Graph::new(roots, gone).expect_err("refused").to_string()
        };
        assert_eq!(
            error(
                &[
                    root("a", &["b"], None),
                    root("b", &["c"], None),
                    root("c", &["a"], None)
                ],
                &[]
            ),
            "roots need each other: a → b → c → a"
        );
        assert_eq!(
            error(&[root("a", &[], None), root("A", &[], None)], &[]),
            "there are two roots `A`"
        );
        assert_eq!(
            error(&[root("a", &["x"], None)], &[removed("x", &[])]),
            "root `a` needs `x`, which is no root of this release"
        );
        assert!(error(&[root("../a", &[], None)], &[]).contains("../a"));
    }
}
