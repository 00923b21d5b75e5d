//! The identity model: what each level of agreement says, and how common names are.
//!
//! A Fellegi–Sunter model with four hypotheses. Besides "one person" and "strangers" there are twins and
//! siblings: under the two-sided model guardian, phone, birth date and surname of a family would count as
//! four independent proofs of one person.

mod frequencies;
mod score;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::levels::{Compared, FIELDS};
use crate::record::Message;

pub use frequencies::{NameShares, split_name};
pub use score::rounded;

const SHIPPED: &str = include_str!("shipped.toml");
/// The version of the file's form that this program reads.
const VERSION: u32 = 2;

/// Why a model's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is no TOML of the expected form.
    #[error("模型文件读不懂：{0}\nthe model's file cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// It was written by another version.
    #[error(
        "模型文件的版本是 {found}，本程序只认 {VERSION}；请用 aidcheck model learn 重新生成\nthe model's file has version {found}, this program reads {VERSION}; make it again with aidcheck model learn"
    )]
    Version { found: u32 },
    /// A level or hypothesis lacks its probability, or has one that is none.
    #[error(
        "模型文件中 levels.{field}.{level} 缺失，或不是 0 到 1 之间的概率\nlevels.{field}.{level} is missing from the model's file, or is no probability above 0 and up to 1"
    )]
    Level { field: &'static str, level: &'static str },
    /// A figure that must be above zero is not.
    #[error("模型文件中 {0} 必须大于 0\n{0} must be above 0 in the model's file")]
    Figure(&'static str),
}

impl ModelError {
    /// The error as a sentence for a clerk, in both languages.
    pub fn message(&self) -> Message {
        let text = self.to_string();
        match text.split_once('\n') {
            Some((zh, en)) => Message::new(zh.to_string(), en.to_string()),
            None => Message::new(text.clone(), text),
        }
    }
}

/// The probabilities of one level, one for each hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probabilities {
    pub same: f64,
    pub twin: f64,
    pub sibling: f64,
    pub stranger: f64,
}

/// How many partners of each hypothesis a person has on average among all records.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partners {
    pub same: f64,
    /// For a payment: nearly every one has its pupil.
    pub paid: f64,
    pub twin: f64,
    pub sibling: f64,
}

/// The form of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    pub version: u32,
    pub name: String,
    /// How many people the county has; as many as tonight's inputs hold where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// The least number of people that is reckoned with.
    pub least_people: u64,
    pub block_limit: usize,
    pub shared_phone_limit: usize,
    pub shared_card_limit: usize,
    pub rarest_name: f64,
    pub partners: Partners,
    pub levels: BTreeMap<String, BTreeMap<String, Probabilities>>,
    pub names: NameShares,
}

/// A model ready to weigh pairs.
#[derive(Debug, Clone)]
pub struct Model {
    file: ModelFile,
    /// Base-2 logarithms by field and level (from 1): same, twin, sibling, stranger.
    weights: [Vec<[f64; 4]>; FIELDS],
    hash: String,
}

impl Model {
    /// The model that is shipped.
    pub fn shipped() -> Result<Model, ModelError> {
        Model::parse(SHIPPED)
    }

    /// Reads a model's file.
    pub fn parse(text: &str) -> Result<Model, ModelError> {
        let file: ModelFile = toml::from_str(text)?;
        if file.version != VERSION {
            return Err(ModelError::Version { found: file.version });
        }
        let figures = [
            (file.partners.same, "partners.same"),
            (file.partners.paid, "partners.paid"),
            (file.partners.twin, "partners.twin"),
            (file.partners.sibling, "partners.sibling"),
            (file.rarest_name, "rarest_name"),
            (file.block_limit as f64, "block_limit"),
        ];
        if let Some((_, name)) =
            figures.iter().find(|(figure, _)| figure.is_nan() || *figure <= 0.0)
        {
            return Err(ModelError::Figure(name));
        }
        let mut weights: [Vec<[f64; 4]>; FIELDS] = Default::default();
        for field in Compared::ALL {
            for level in field.levels() {
                let said = file.levels.get(field.name()).and_then(|levels| levels.get(*level));
                let probabilities = said
                    .map(|said| [said.same, said.twin, said.sibling, said.stranger])
                    .filter(|all| all.iter().all(|p| *p > 0.0 && *p <= 1.0))
                    .ok_or(ModelError::Level { field: field.name(), level })?;
                weights[field as usize].push(probabilities.map(f64::log2));
            }
        }
        let digest = Sha256::digest(text.as_bytes());
        let hash = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Model { file, weights, hash })
    }

    /// The file behind it.
    pub fn file(&self) -> &ModelFile {
        &self.file
    }

    /// The first 16 hexadecimal digits of the SHA-256 of its text.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_whole() {
        let model = Model::shipped().unwrap();
        assert_eq!(model.file().version, VERSION);
        assert_eq!(model.hash().len(), 16);
    }

    #[test]
    fn a_level_without_its_probability_is_named() {
        let text = SHIPPED.replace("near = { same = 0.012,", "near = { same = 0.0,");
        assert!(matches!(
            Model::parse(&text),
            Err(ModelError::Level { field: "name", level: "near" })
        ));
        let text = SHIPPED.replace("version = 2", "version = 9");
        assert!(matches!(Model::parse(&text), Err(ModelError::Version { found: 9 })));
    }
}
