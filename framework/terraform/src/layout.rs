//! Where things lie below the project: `.terrace-work`, which git ignores.
//!
//! | path | what |
//! |---|---|
//! | `<env>/<root>` | the release's bytes, where terraform runs |
//! | `.data/<env>/<root>` | `TF_DATA_DIR` |
//! | `.plans/<env>/<root>.tfplan` | the saved plan, only while it is needed |
//! | `.journal/<env>/<root>.json` | whether an apply was begun and not finished |
//! | `.logs/<env>/<root>` | what an apply prints, only while it runs |
//! | `.locks/<env>` | the lock of an environment, with its holder |
//! | `.plugins` | the plugin cache, unless the user has one |

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::error::{TerraformError, at};

/// The folders of one environment in one checkout. Paths are the same for every
/// release and run: `abspath(path.module)` in a module would otherwise force
/// replacement, and a relative local backend path would mean another state.
#[derive(Debug, Clone)]
pub struct Layout {
    top: PathBuf,
    environment: String,
}

impl Layout {
    /// The layout of an environment below the project's folder.
    pub fn new(project: &Path, environment: &str) -> Self {
        Self {
            top: project.join(".terrace-work"),
            environment: environment.to_owned(),
        }
    }

    /// The folder of all of the environment's work folders.
    pub fn environment(&self) -> PathBuf {
        self.top.join(&self.environment)
    }

    /// A root's work folder.
    pub fn work(&self, root: &str) -> PathBuf {
        self.environment().join(root)
    }

    fn hidden(&self, kind: &str) -> PathBuf {
        self.top.join(kind).join(&self.environment)
    }

    /// A root's `TF_DATA_DIR`.
    pub fn data(&self, root: &str) -> PathBuf {
        self.hidden(".data").join(root)
    }

    /// The data folder for a look at another backend's state.
    pub(crate) fn probe(&self, root: &str) -> PathBuf {
        self.hidden(".probe").join(root)
    }

    pub(crate) fn plan(&self, root: &str) -> PathBuf {
        self.hidden(".plans").join(format!("{root}.tfplan"))
    }

    pub(crate) fn journal(&self, root: &str) -> PathBuf {
        self.hidden(".journal").join(format!("{root}.json"))
    }

    /// Where an apply writes what it prints; left behind only by one that was
    /// not seen to its end, and not redacted.
    pub fn log(&self, root: &str) -> PathBuf {
        self.hidden(".logs").join(root)
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.top.join(".locks").join(&self.environment)
    }

    pub(crate) fn plugins(&self) -> PathBuf {
        self.top.join(".plugins")
    }

    /// Makes the folders that are private, and refuses links in the places of
    /// ours: a repository could hold one that leads elsewhere.
    pub(crate) fn prepare(&self) -> Result<(), TerraformError> {
        no_link(&self.top)?;
        for kind in [".data", ".plans", ".journal", ".locks", ".logs", ".probe"] {
            private_folder(&self.top.join(kind))?;
        }
        for kind in [".data", ".plans", ".journal", ".logs", ".probe"] {
            private_folder(&self.hidden(kind))?;
        }
        let environment = self.environment();
        no_link(&environment)?;
        fs::create_dir_all(&environment).map_err(at(&environment))
    }
}

/// Refuses a link in the place of a folder.
pub(crate) fn no_link(folder: &Path) -> Result<(), TerraformError> {
    match fs::symlink_metadata(folder) {
        Ok(meta) if !meta.is_dir() => Err(at(folder)(io::Error::new(
            io::ErrorKind::NotADirectory,
            "it must be a folder, not a link or file",
        ))),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(at(folder)(error)),
    }
}

/// A folder that only its owner may look into: plans and data hold secrets.
pub(crate) fn private_folder(folder: &Path) -> Result<(), TerraformError> {
    no_link(folder)?;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(at(folder))
}
