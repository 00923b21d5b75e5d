//! Progress bars on stderr, only when it is a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use aidcheck::normalize::Progress;

/// A bar of bytes read, or nothing.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar over `bytes`; hidden if not wanted or if stderr is no terminal.
    pub fn over(bytes: u64, wanted: bool) -> Bar {
        if !wanted || !std::io::stderr().is_terminal() {
            return Bar(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(bytes);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
            bar.set_style(style);
        }
        Bar(bar)
    }

    /// Takes the bar off the screen.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn read(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
