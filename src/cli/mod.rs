//! One file a subcommand; arguments are clap derive structs with their help.

mod arguments;
mod check;
mod evaluate;
mod generate;
mod init;
mod inspect;
mod progress;
mod rules;
mod setup;

use std::io::Write;

use clap::Parser;

use arguments::{Cli, Command};

/// An error that ends the program with a code of its own (design, section 4).
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Stop {
    pub code: u8,
    pub message: String,
}

impl Stop {
    /// Exit 2: wrong usage or configuration.
    pub fn usage(message: impl Into<String>) -> Stop {
        Stop { code: 2, message: message.into() }
    }

    /// Exit 3: no input could be used.
    pub fn no_input(message: impl Into<String>) -> Stop {
        Stop { code: 3, message: message.into() }
    }

    /// Exit 4: output could not be written.
    pub fn no_output(message: impl Into<String>) -> Stop {
        Stop { code: 4, message: message.into() }
    }
}

/// The exit code of an error: the code it carries, else 2.
pub fn code_of(error: &anyhow::Error) -> u8 {
    error.downcast_ref::<Stop>().map_or(2, |stop| stop.code)
}

/// Parses the arguments and runs the command; the code is 0, or 1 with `--fail-on`.
pub fn run() -> anyhow::Result<u8> {
    let arguments = arguments::with_default_command(std::env::args_os());
    let cli = Cli::parse_from(arguments);
    match cli.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Headcount(arguments) => check::run_headcount(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
    }
}

/// Prints to stdout; a reader that went away (`| head`) is no error.
pub fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
