//! Panics of the reader underneath, caught and not printed.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` with its panics caught and not printed.
pub(super) fn without_noise<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    let outer = QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(outer);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_quiet_ends_with_the_outermost() {
        let caught = without_noise(|| {
            let inner = without_noise(|| panic::resume_unwind(Box::new("inner")));
            (inner.is_err(), QUIET.get())
        });
        assert_eq!(caught.ok(), Some((true, true)));
        assert!(!QUIET.get());
    }
}
