//! `aidcheck cases`: what the store knows, and what people do to it.

mod arguments;
mod change;
mod import;
mod list;
mod send;
mod show;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{Local, NaiveDate};

use aidcheck::cases::store::{Doer, Store};
use aidcheck::cases::{Holder, Lock};
use aidcheck::policy::{Config, Policy};
use aidcheck::record::Language;
use aidcheck::repair;

use super::nights::{lock_stop, store_stop, user};
use super::setup::{NIGHTLY_OUT, config_file, load_config, store_path};
use super::{Stop, Voice};

pub use arguments::CasesArguments;
use arguments::{CasesCommand, DoerArguments, StoreArguments};

/// Runs the subcommand.
pub fn run(arguments: &CasesArguments, voice: Voice) -> anyhow::Result<u8> {
    let store = &arguments.store;
    match &arguments.command {
        CasesCommand::List(arguments) => list::list(arguments, store, voice),
        CasesCommand::Export(arguments) => list::export(arguments, store, voice),
        CasesCommand::Show(arguments) => show::show(arguments, store, voice),
        CasesCommand::Explain(arguments) => show::explain(arguments, store, voice),
        CasesCommand::History(arguments) => show::history(arguments, store, voice),
        CasesCommand::Send(arguments) => send::send(arguments, store, voice),
        CasesCommand::ImportReplies(arguments) => import::import(arguments, store, voice),
        CasesCommand::VerifyLog => show::verify_log(store, voice),
        CasesCommand::Waive(arguments) => change::waive(arguments, store, voice),
        CasesCommand::Close(arguments) => change::close(arguments, store, voice),
        CasesCommand::Reopen(arguments) => change::reopen(arguments, store, voice),
        CasesCommand::Assign(arguments) => change::assign(arguments, store, voice),
    }
}

/// An open store, and how to speak of it.
struct Desk {
    store: Store,
    language: Language,
    today: NaiveDate,
    config: Config,
    /// The report's folder.
    out: PathBuf,
    /// Held while something is changed.
    _lock: Option<Lock>,
}

impl Desk {
    /// For reading: nobody is kept waiting.
    fn to_read(arguments: &StoreArguments, voice: Voice) -> Result<Desk, Stop> {
        Desk::open(Place::of(arguments, voice)?, arguments, None)
    }

    /// For a change: under the lock of the store's folder.
    fn to_change(
        arguments: &DoerArguments,
        store: &StoreArguments,
        voice: Voice,
    ) -> Result<Desk, Stop> {
        let place = Place::of(store, voice)?;
        let (path, language) = (&place.store, place.language);
        let holder = Holder {
            pid: std::process::id(),
            since: Local::now().to_rfc3339(),
            command: "cases".into(),
        };
        let lock = match path.parent().filter(|folder| folder.is_dir()) {
            Some(folder) => {
                let lock = Lock::take(folder, &holder, Duration::from_secs(arguments.wait));
                Some(lock.map_err(|error| lock_stop(&error, language))?)
            }
            // Without a folder there is no store; opening it says so.
            None => None,
        };
        let desk = Desk::open(place, store, lock)?;
        repair(&desk.store).map_err(desk.stop())?;
        Ok(desk)
    }

    fn open(place: Place, arguments: &StoreArguments, lock: Option<Lock>) -> Result<Desk, Stop> {
        let Place { store, language, out, config } = place;
        let store = Store::open_existing(&store).map_err(|error| store_stop(&error, language))?;
        let today = arguments.as_of.unwrap_or_else(|| Local::now().date_naive());
        Ok(Desk { store, language, today, config, out, _lock: lock })
    }

    /// The shipped policy with what the configuration changes.
    fn policy(&self) -> Result<Policy, Stop> {
        Policy::shipped()
            .and_then(|policy| policy.with(&self.config))
            .map_err(|error| Stop::usage(error.message().get(self.language).to_string()))
    }

    /// The row of the case that the user names.
    fn find(&self, name: &str) -> Result<i64, Stop> {
        let found = self.store.find(name).map_err(|error| store_stop(&error, self.language))?;
        found.ok_or_else(|| {
            Stop::usage(match self.language {
                Language::Zh => format!("没有案件 {name}；编号见 aidcheck cases list"),
                Language::En => format!("there is no case {name}; see aidcheck cases list"),
            })
        })
    }

    fn stop(&self) -> impl Fn(aidcheck::cases::store::StoreError) -> Stop + use<> {
        let language = self.language;
        move |error| store_stop(&error, language)
    }

    /// The wording in the user's language.
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// Does something to a case as the user who acts.
    fn act(
        &mut self,
        named: Option<&str>,
        work: impl FnOnce(&mut Store, Doer) -> Result<(), aidcheck::cases::store::StoreError>,
    ) -> Result<(), Stop> {
        let (user, at) = (user(named), Local::now().to_rfc3339());
        let doer = Doer { user: &user, at: &at, today: self.today };
        work(&mut self.store, doer).map_err(|error| store_stop(&error, self.language))
    }
}

/// What the arguments and the configuration say of where things are.
struct Place {
    /// The store's file.
    store: PathBuf,
    language: Language,
    /// The report's folder.
    out: PathBuf,
    config: Config,
}

impl Place {
    fn of(arguments: &StoreArguments, voice: Voice) -> Result<Place, Stop> {
        let file = config_file(arguments.config.as_deref(), None);
        let config = load_config(file.as_deref(), voice)?;
        let folder = file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let out = arguments.out.clone().or_else(|| config.out.clone());
        let out = out.unwrap_or_else(|| NIGHTLY_OUT.into());
        let store = match &arguments.store {
            Some(store) => store.clone(),
            None => store_path(config.store.as_deref(), folder, &out),
        };
        let language = voice.lang.or(config.language).unwrap_or_default();
        Ok(Place { store, language, out, config })
    }
}
