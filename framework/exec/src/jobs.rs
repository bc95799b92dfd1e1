//! Jobs in dependency order with bounded parallelism.
//!
//! Results stand at the index of their job, whatever the order of running, and
//! jobs that are ready start in the order of their indices.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

/// Jobs that wait for each other in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Each waits for the next, the last for the first; starts at the smallest
    /// index.
    pub members: Vec<usize>,
}

/// Results of the jobs that are done.
#[derive(Debug)]
pub struct Results<T>(Vec<OnceLock<T>>);

impl<T> Results<T> {
    /// The result of a job; always there for the jobs one waits for.
    pub fn get(&self, job: usize) -> Option<&T> {
        self.0.get(job).and_then(OnceLock::get)
    }
}

struct Queue {
    ready: BTreeSet<usize>,
    waiting: Vec<usize>,
    done: usize,
    failed: bool,
}

/// Runs `job` for every index once all indices in `needs[index]` are done. The
/// job sees the results of those and decides itself what a failed one means.
/// Needs of indices that do not exist are ignored.
///
/// # Errors
/// The needs form a cycle; nothing was run.
pub fn run<T: Send + Sync>(
    needs: &[Vec<usize>],
    parallel: usize,
    job: impl Fn(usize, &Results<T>) -> T + Sync,
) -> Result<Vec<T>, Cycle> {
    let order = order(needs)?;
    let mut waiting = vec![0; needs.len()];
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (index, needs) in needs.iter().enumerate() {
        let unique: BTreeSet<usize> = needs.iter().copied().filter(|n| *n < order.len()).collect();
        waiting[index] = unique.len();
        for need in unique {
            needed_by[need].push(index);
        }
    }
    let results = Results((0..needs.len()).map(|_| OnceLock::new()).collect());
    let queue = Mutex::new(Queue {
        ready: (0..needs.len())
            .filter(|index| waiting[*index] == 0)
            .collect(),
        waiting,
        done: 0,
        failed: false,
    });
    let changed = Condvar::new();
    let worker = || {
        let mut state = queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if state.done == needs.len() || state.failed {
                return;
            }
            let Some(index) = state.ready.pop_first() else {
                state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(state);
            let mut guard = Unwinding(&queue, &changed, true);
            let result = job(index, &results);
            guard.2 = false;
            drop(guard);
            // Each index is handed out once, so the slot is empty.
            let _ = results.0[index].set(result);
            state = queue.lock().unwrap_or_else(PoisonError::into_inner);
            state.done += 1;
            for next in &needed_by[index] {
                state.waiting[*next] -= 1;
                if state.waiting[*next] == 0 {
                    state.ready.insert(*next);
                }
            }
            changed.notify_all();
        }
    };
    let workers = parallel.clamp(1, needs.len().max(1));
    if workers == 1 {
        worker();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(worker);
            }
        });
    }
    Ok(results
        .0
        .into_iter()
        .filter_map(OnceLock::into_inner)
        .collect())
}

/// Lets the other workers end when a job panics, so that the panic is seen
/// instead of a standstill.
struct Unwinding<'a>(&'a Mutex<Queue>, &'a Condvar, bool);

impl Drop for Unwinding<'_> {
    fn drop(&mut self) {
        if self.2 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
            self.1.notify_all();
        }
    }
}

/// An order in which every index comes after its needs; among those that are
/// ready, the smallest index first.
///
/// # Errors
/// The needs form a cycle.
pub fn order(needs: &[Vec<usize>]) -> Result<Vec<usize>, Cycle> {
    let mut waiting = vec![0; needs.len()];
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (index, needs) in needs.iter().enumerate() {
        for need in needs {
            if let Some(users) = needed_by.get_mut(*need) {
                users.push(index);
                waiting[index] += 1;
            }
        }
    }
    let mut ready: BTreeSet<usize> = (0..needs.len()).filter(|i| waiting[*i] == 0).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some(index) = ready.pop_first() {
        order.push(index);
        for user in &needed_by[index] {
            waiting[*user] -= 1;
            if waiting[*user] == 0 {
                ready.insert(*user);
            }
        }
    }
    if order.len() == needs.len() {
        Ok(order)
    } else {
        Err(cycle(needs, &waiting))
    }
}

/// Walks from one waiting job to a job it waits for until one comes again.
fn cycle(needs: &[Vec<usize>], waiting: &[usize]) -> Cycle {
    let mut seen = vec![usize::MAX; needs.len()];
    let mut path = Vec::new();
    let mut at = waiting.iter().position(|count| *count > 0);
    while let Some(index) = at {
        if seen[index] != usize::MAX {
            let mut members = path.split_off(seen[index]);
            let smallest = members.iter().enumerate().min_by_key(|(_, m)| **m);
            let start = smallest.map_or(0, |(start, _)| start);
            members.rotate_left(start);
            return Cycle { members };
        }
        seen[index] = path.len();
        path.push(index);
        at = needs[index]
            .iter()
            .copied()
            .find(|need| waiting.get(*need).is_some_and(|count| *count > 0));
    }
    Cycle { members: path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_at_their_index() {
        let needs = vec![vec![2], vec![], vec![1], vec![0, 2, 2]];
        assert_eq!(order(&needs), Ok(vec![1, 2, 0, 3]));
        for parallel in [0, 1, 3, 99] {
            let done = run(&needs, parallel, |index, results: &Results<usize>| {
                let needed: usize = needs[index].iter().filter_map(|n| results.get(*n)).sum();
                index + needed
            });
            assert_eq!(done, Ok(vec![3, 1, 3, 12]));
        }
    }

    #[test]
    fn shows_a_whole_cycle() {
        let needs = vec![vec![], vec![3], vec![1, 0], vec![2], vec![1]];
        let Err(cycle) = order(&needs) else {
            panic!("a cycle");
        };
        assert_eq!(cycle.members, [1, 3, 2]);
        let own = run(&[vec![0]], 1, |_, _: &Results<()>| ());
        assert_eq!(own, Err(Cycle { members: vec![0] }));
    }

    #[test]
    fn wide_and_deep_graphs_are_fine() {
        let deep: Vec<Vec<usize>> = (0..10_000_usize)
            .map(|index| index.checked_sub(1).into_iter().collect())
            .collect();
        let wide = vec![Vec::new(); 10_000];
        for needs in [deep, wide] {
            let done = run(&needs, 4, |index, _: &Results<usize>| index);
            assert_eq!(done, Ok((0..10_000).collect()));
        }
        assert_eq!(run(&[], 4, |index, _: &Results<usize>| index), Ok(vec![]));
    }
}
