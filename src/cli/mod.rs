//! One file a subcommand; arguments are clap derive structs with their help.

mod arguments;
mod cases;
mod check;
mod compare;
mod evaluate;
mod generate;
mod init;
mod inspect;
mod model;
mod nights;
mod pairs;
mod progress;
mod rules;
mod run_log;
mod setup;

use std::io::Write;

use clap::Parser;

use aidcheck::record::Language;

use arguments::{Cli, Command};

/// What every command is told of how to speak.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    /// What the user asked for; else the configuration decides, else Chinese.
    pub lang: Option<Language>,
    /// Nothing but errors is printed.
    pub quiet: bool,
}

impl Voice {
    /// The language where no configuration is read.
    pub fn language(self) -> Language {
        self.lang.unwrap_or_default()
    }

    /// Prints to stdout, unless the user wants quiet.
    pub fn say(self, text: &str) -> anyhow::Result<()> {
        if self.quiet { Ok(()) } else { say(text) }
    }
}

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
    let cli = Cli::try_parse_from(arguments).unwrap_or_else(|error| {
        if error.use_stderr() {
            eprintln!("用法有误，--help 有说明 | wrong usage, see --help");
        }
        error.exit()
    });
    let voice = Voice { lang: cli.lang.map(Language::from), quiet: cli.quiet };
    match cli.command {
        Command::Check(arguments) => check::run(&arguments, voice),
        Command::Headcount(arguments) => check::run_headcount(&arguments, voice),
        Command::Inspect(arguments) => inspect::run(&arguments, voice),
        Command::Generate(arguments) => generate::run(&arguments, voice),
        Command::Evaluate(arguments) => evaluate::run(&arguments, voice),
        Command::Init(arguments) => init::run(&arguments, voice),
        Command::Cases(arguments) => cases::run(&arguments, voice),
        Command::Rules(arguments) => rules::run(&arguments, voice),
        Command::Compare(arguments) => compare::run(&arguments, voice),
        Command::Model(arguments) => model::run(&arguments, voice),
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
