//! The console: values as `terraform console` prints them, and lines as its
//! prompt reads them.

mod format;
mod session;

pub use format::console_format;
pub use session::{Answer, Console};
