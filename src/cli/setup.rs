//! From arguments to what a run rests on: configuration, policy, date, language, inputs, secret.

use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{Local, NaiveDate};

use aidcheck::cases::Secret;
use aidcheck::cases::store::STORE_FILE;
use aidcheck::identity::{Model, Persons};
use aidcheck::ingest::{Discovery, Disk, discover};
use aidcheck::normalize::{Dataset, Keep, Progress};
use aidcheck::policy::{Config, Policy};
use aidcheck::record::Language;
use aidcheck::report::sha256_hex;
use aidcheck::rules::CaseKind;
use aidcheck::{Run, people, read};

use super::arguments::CommonArguments;
use super::{Stop, Voice};

/// The folder of the nightly report.
pub const NIGHTLY_OUT: &str = "aidcheck-report";
/// The folder of an inspector's report.
pub const HEADCOUNT_OUT: &str = "aidcheck-headcount";

/// What the arguments and the configuration come to.
pub struct Setup {
    pub config: Config,
    /// The configuration file in use.
    pub config_file: Option<PathBuf>,
    /// The folder of the configuration file; relative paths in it belong there.
    pub config_folder: PathBuf,
    pub config_sha256: String,
    pub policy: Policy,
    pub policy_sha256: String,
    pub as_of: NaiveDate,
    pub language: Language,
    pub inputs: Discovery,
}

impl Setup {
    /// The records of the inputs, and the people that the exact step of identity tells apart: for commands
    /// that make no cases.
    pub fn people(
        &self,
        model: &Model,
        progress: &dyn Progress,
    ) -> anyhow::Result<(Dataset, Persons)> {
        let run = Run {
            config: &self.config,
            policy: &self.policy,
            secret: &Secret::from_text("this makes no cases"),
            model,
            as_of: self.as_of,
            kinds: &CaseKind::ALL,
            source: &Disk,
            progress,
        };
        Ok(people(read(&self.inputs.files, &run, Keep::All)?, &run))
    }

    /// Reads the configuration, finds the inputs, and sets the number of threads.
    pub fn from_arguments(arguments: &CommonArguments, voice: Voice) -> anyhow::Result<Setup> {
        let inputs = discover(&arguments.paths);
        let file = config_file(arguments.config.as_deref(), inputs.config.as_deref());
        let config = load_config(file.as_deref(), voice)?;
        let language = voice.lang.or(config.language).unwrap_or_default();
        let policy = Policy::shipped()
            .and_then(|policy| policy.with(&config))
            .map_err(|error| Stop::usage(error.message().get(language).to_string()))?;
        let text =
            file.as_ref().map(std::fs::read).transpose().unwrap_or_default().unwrap_or_default();
        if let Some(threads) = arguments.threads.map(usize::from).or(config.threads) {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global()
                .context("the number of threads cannot be set")?;
        }
        let as_of = arguments.as_of.or(config.as_of).unwrap_or_else(|| Local::now().date_naive());
        let policy_sha256 = sha256_hex(format!("{policy:?}").as_bytes());
        let config_folder = file
            .as_ref()
            .and_then(|file| file.parent())
            .map_or_else(PathBuf::new, Path::to_path_buf);
        Ok(Setup {
            config,
            config_file: file,
            config_folder,
            config_sha256: sha256_hex(&text),
            policy,
            policy_sha256,
            as_of,
            language,
            inputs,
        })
    }

    /// Bytes of all inputs, for progress.
    pub fn input_bytes(&self) -> u64 {
        let sizes = self.inputs.files.iter().filter_map(|file| file.path.metadata().ok());
        sizes.map(|facts| facts.len()).sum()
    }

    /// The centre's secret: the configuration's file, else the one beside the report, made now if new.
    pub fn secret(&self, out: &Path) -> anyhow::Result<Secret> {
        if let Some(file) = &self.config.secret_file {
            let file = self.config_folder.join(file);
            return Secret::from_file(&file).map_err(|error| {
                Stop::usage(error.message().get(self.language).to_string()).into()
            });
        }
        Secret::load_or_create(&state_folder(out))
            .map_err(|error| Stop::no_output(error.message().get(self.language).to_string()).into())
    }

    /// The case store's file: the configuration's, else the one beside the report.
    pub fn store(&self, out: &Path) -> PathBuf {
        store_path(self.config.store.as_deref(), &self.config_folder, out)
    }

    /// The identity model: the configuration's, else the shipped one.
    pub fn model(&self) -> anyhow::Result<Model> {
        model_of(&self.config, &self.config_folder, self.language)
    }

    /// Refuses a run without a single input.
    pub fn require_inputs(&self) -> anyhow::Result<()> {
        if let Some(missing) = self.inputs.missing.first() {
            return Err(Stop::usage(match self.language {
                Language::Zh => format!("找不到 {}；请检查路径", missing.display()),
                Language::En => format!("{} does not exist; check the path", missing.display()),
            })
            .into());
        }
        if self.inputs.files.is_empty() {
            return Err(Stop::no_input(match self.language {
                Language::Zh => "没有找到任何表格文件（csv、xlsx、xls、et、ods、dbf、zip 等）；请把导出文件放进该文件夹",
                Language::En => "no table (csv, xlsx, xls, et, ods, dbf, zip …) was found; put the exports into that folder",
            })
            .into());
        }
        Ok(())
    }
}

/// The configuration's file: the one named, else that of the working folder, else `last`.
pub fn config_file(named: Option<&Path>, last: Option<&Path>) -> Option<PathBuf> {
    let here = Path::new("aidcheck.toml");
    let here = here.is_file().then_some(here);
    named.or(here).or(last).map(Path::to_path_buf)
}

/// Reads a configuration; without a file the defaults hold.
pub fn load_config(file: Option<&Path>, voice: Voice) -> Result<Config, Stop> {
    let Some(file) = file else { return Ok(Config::default()) };
    Config::load(file).map_err(|error| match voice.lang {
        Some(language) => Stop::usage(error.message().get(language).to_string()),
        // Which language was wanted may stand in that very file.
        None => Stop::usage(error.to_string()),
    })
}

/// The folder beside a report that holds its store, lock, secret and replies.
pub fn state_folder(out: &Path) -> PathBuf {
    let beside = out.parent().filter(|beside| !beside.as_os_str().is_empty());
    beside.unwrap_or(Path::new(".")).join(".aidcheck")
}

/// The case store's file: the configured one (relative to the configuration), else beside the report.
/// Reports of other names than the usual one have a store each: an inspector's, or one of other files.
pub fn store_path(configured: Option<&Path>, config_folder: &Path, out: &Path) -> PathBuf {
    if let Some(file) = configured {
        return config_folder.join(file);
    }
    let file = match out.file_name().and_then(|name| name.to_str()) {
        Some(name) if name != NIGHTLY_OUT => format!("{name}.{STORE_FILE}"),
        _ => STORE_FILE.to_string(),
    };
    state_folder(out).join(file)
}

/// The identity model that a configuration in `folder` names, else the shipped one.
pub fn model_of(config: &Config, folder: &Path, language: Language) -> anyhow::Result<Model> {
    let Some(file) = &config.model else {
        return Model::shipped().context("the shipped identity model");
    };
    let file = folder.join(file);
    let refused = |why: &str| Stop::usage(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(&file).map_err(|error| refused(&error.to_string()))?;
    Ok(Model::parse(&text).map_err(|error| refused(error.message().get(language)))?)
}
