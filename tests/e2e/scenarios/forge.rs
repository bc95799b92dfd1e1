//! What someone does who may push, and has a key or has none: the ledger's branch
//! written past the binary.

use terrace_evidence::{
    Draft, Envelope, PlatformId, Position, Profile, SignedEntry, SigningKey, Stamp, Time,
};
use terrace_release::Digest;

use super::platform::Checkout;

/// The files of the ledger, by name without the folder.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

impl Checkout {
    /// The ledger's files.
    pub(crate) fn ledger(&self) -> Files {
        let read = |name: String| {
            let text = self.git_there(&["show", &format!("terrace/ledger:entries/{name}")]);
            (name, format!("{text}\n").into_bytes())
        };
        self.entries().into_iter().map(read).collect()
    }

    /// Force-pushes a ledger of these files, and looks at it like someone who has
    /// never seen another one; its commits are not looked at.
    pub(crate) fn put_ledger(&self, files: &Files) {
        self.push_ledger(files);
        self.forget();
    }

    /// As if this clone had never seen a ledger.
    pub(crate) fn forget(&self) {
        let _ = std::fs::remove_file(self.folder.join(".git/terrace/seen"));
    }

    /// Force-pushes a ledger of these files.
    pub(crate) fn push_ledger(&self, files: &Files) {
        let folder = self.folder.join(".git/forged");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("entries")).expect("a folder");
        for (name, bytes) in files {
            std::fs::write(folder.join("entries").join(name), bytes).expect("written");
        }
        let there = self.git_there(&["rev-parse", "--absolute-git-dir"]);
        let tree = self.shell(&format!(
            "cd {folder} && export GIT_DIR={there} GIT_WORK_TREE={folder} GIT_INDEX_FILE={folder}.index; \
             rm -f {folder}.index; git add -f -A entries && git write-tree",
            folder = folder.display(),
        ));
        let commit = self.git_there(&["commit-tree", &tree, "-m", "forged"]);
        self.reset("refs/heads/terrace/ledger", Some(&commit));
    }

    /// An entry for the end of the ledger, as a holder of these keys would make it.
    pub(crate) fn forged(&self, draft: &Draft, who: &[&str], time: Time) -> SignedEntry {
        let files = self.ledger();
        let (_, last) = files.last().expect("a ledger");
        let payload = Envelope::parse(last).expect("an envelope").payload;
        let payload: serde_json::Value = serde_json::from_slice(&payload).expect("JSON");
        let ext = &payload["predicate"]["https://terrace/ext/entry/v1"];
        let word = |name: &str| ext[name].as_str().expect("text").to_owned();
        let at = Position {
            seq: files.len() as u64 + 1,
            prev: Some(Digest::of(last)),
            platform: PlatformId::parse(&word("platform")).expect("an id"),
        };
        let stamp = Stamp {
            time,
            trust: word("trust"),
            nonce: [7; 16],
        };
        let keys: Vec<SigningKey> = who.iter().map(|who| self.signing_key(who)).collect();
        let keys: Vec<(&SigningKey, Profile)> =
            keys.iter().map(|key| (key, Profile::Raw)).collect();
        draft.sign(&at, &stamp, &keys).expect("signs")
    }

    /// Someone's key.
    pub(crate) fn signing_key(&self, who: &str) -> SigningKey {
        let text = std::fs::read_to_string(self.key(who)).expect("a key file");
        SigningKey::parse(&text).expect("a key")
    }
}

/// A file under the name that its bytes have.
pub(crate) fn named(seq: usize, kind: &str, bytes: Vec<u8>) -> (String, Vec<u8>) {
    let short = Digest::of(&bytes).short();
    (format!("{seq:08}-{kind}-{short}.dsse.json"), bytes)
}
