//! S11: promoters race on one remote. For an environment exactly one wins; the
//! others ask every guard again; no entry is lost or written twice, and the
//! ledger stays one line. Over a path and over HTTP, and on a server that cannot
//! move several refs at once.

use std::sync::Barrier;
use std::thread;

use terrace_testkit::{GitServer, Ran, tool};

use super::platform::{Checkout, Platform, Setup};

const RACERS: usize = 16;
const WRITERS: usize = 8;

/// All at once; what each gave.
fn race(checkouts: &[Checkout], args: impl Fn(usize) -> Vec<String> + Sync) -> Vec<Ran> {
    let barrier = Barrier::new(checkouts.len());
    thread::scope(|scope| {
        let racers: Vec<_> = (checkouts.iter().enumerate())
            .map(|(number, checkout)| {
                let (barrier, args) = (&barrier, &args);
                scope.spawn(move || {
                    barrier.wait();
                    checkout.cli.run(args(number))
                })
            })
            .collect();
        let ended = racers.into_iter().map(|racer| racer.join().expect("ran"));
        ended.collect()
    })
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| String::from(*word)).collect()
}

fn promoted(ran: &Ran) -> bool {
    ran.json()["data"]["promoted"] == true
}

/// One commit for each entry, in one line.
fn is_one_line(platform: &Platform) {
    let entries = platform.entries().len().to_string();
    let commits = platform.git_there(&["rev-list", "--count", "terrace/ledger"]);
    let merges = platform.git_there(&["rev-list", "--count", "--merges", "terrace/ledger"]);
    assert_eq!((commits.as_str(), merges.as_str()), (entries.as_str(), "0"));
}

/// Sixteen promote one release into one environment.
fn one_wins(platform: &Platform, checkouts: &[Checkout]) {
    platform.through_ops();
    let before = platform.entries().len();
    let ended = race(checkouts, |_| words(&["promote", "apps", "--json"]));
    for ran in &ended {
        assert_eq!(ran.code, 0, "{ran}");
    }
    let winners = ended.iter().filter(|ran| promoted(ran)).count();
    assert_eq!(winners, 1, "exactly one wins");
    assert_eq!(platform.entries().len(), before + 1);
    assert_eq!(platform.kinds().last().map(String::as_str), Some("intent"));
    is_one_line(platform);
    platform.verifies();
}

#[test]
fn sixteen_over_a_path() {
    let platform = Platform::remote();
    let checkouts: Vec<Checkout> = (0..RACERS).map(|_| platform.clone_of()).collect();
    one_wins(&platform, &checkouts);
}

#[test]
fn sixteen_over_http() {
    let Some(git) = tool("sixteen_over_http", "git") else {
        return;
    };
    let platform = Platform::remote();
    let server = GitServer::start(
        &platform.sandbox.path(""),
        &git,
        &platform.sandbox.variables(),
    );
    let url = server.url("origin.git");
    let checkouts: Vec<Checkout> = (0..RACERS).map(|_| platform.clone_from(&url)).collect();
    one_wins(&platform, &checkouts);
}

#[test]
fn sixteen_on_a_server_that_moves_refs_one_by_one() {
    let platform = Platform::remote();
    platform.git_there(&["config", "receive.advertiseAtomic", "false"]);
    let checkouts: Vec<Checkout> = (0..RACERS).map(|_| platform.clone_of()).collect();
    one_wins(&platform, &checkouts);
}

#[test]
fn writers_of_different_environments_lose_nothing() {
    let names: Vec<String> = (0..WRITERS).map(|number| format!("ops-{number}")).collect();
    let blocks: String = names
        .iter()
        .map(|name| {
            format!("environment \"{name}\" {{\n  entry  = true\n  layers = [\"base\"]\n}}\n")
        })
        .collect();
    let platform = Platform::with(&Setup {
        remote: true,
        more: &blocks,
        ..Setup::default()
    });
    platform.ok(&["promote", "ops"]);
    let before = platform.entries().len();
    let checkouts: Vec<Checkout> = (0..WRITERS).map(|_| platform.clone_of()).collect();
    let ended = race(&checkouts, |number| {
        words(&["promote", &names[number], "--json"])
    });
    for ran in &ended {
        assert_eq!(ran.code, 0, "{ran}");
        assert!(promoted(ran), "{ran}");
    }
    assert_eq!(
        platform.entries().len(),
        before + WRITERS,
        "{:?}",
        platform.kinds()
    );
    let release = platform.release_of("ops");
    for name in &names {
        assert_eq!(platform.release_of(name), release, "{name}");
    }
    is_one_line(&platform);
    platform.verifies();
}

#[test]
fn two_releases_into_one_environment() {
    let platform = Platform::remote();
    platform.through_ops();
    let older = platform.release_of("ops").expect("a release");
    platform.resize("cluster", 2);
    platform.through_ops();
    let newer = platform.release_of("ops").expect("a release");
    let before = platform.entries().len();
    let checkouts: Vec<Checkout> = (0..8).map(|_| platform.clone_of()).collect();
    let ended = race(&checkouts, |number| {
        let release = if number % 2 == 0 { &older } else { &newer };
        words(&["promote", "apps", "--release", release, "--json"])
    });
    // The newer one may replace the older one's intent, never the other way.
    let mut winners = Vec::new();
    for (number, ran) in ended.iter().enumerate() {
        match (number % 2, ran.code) {
            (_, 0) if promoted(ran) => winners.push(number % 2),
            (_, 0) => {}
            (0, 3) => assert!(ran.stdout.contains("is older than what apps runs"), "{ran}"),
            _ => panic!("{ran}"),
        }
    }
    assert_eq!(
        winners.iter().filter(|kind| **kind == 1).count(),
        1,
        "{winners:?}"
    );
    assert!(winners.len() <= 2, "{winners:?}");
    assert_eq!(platform.entries().len(), before + winners.len());
    assert_eq!(platform.release_of("apps"), Some(newer));
    is_one_line(&platform);
    platform.verifies();
}
