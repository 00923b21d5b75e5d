//! The command line: parse, run the command, turn an error into a message and an exit code.

use std::process::ExitCode;

mod cli;

/// Many small texts are made on several threads; measured in benches/README.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("aidcheck: {error:#}");
            ExitCode::from(cli::code_of(&error))
        }
    }
}
