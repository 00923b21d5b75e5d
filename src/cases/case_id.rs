//! The id of a case: an HMAC over what the case is about, keyed with the centre's secret.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::private::private_folder;
use crate::record::Message;
use crate::rules::CaseKind;

/// The name of the secret's file in the store's folder.
const SECRET_FILE: &str = "secret";
/// The block of SHA-256: HMAC pads its key to this length.
const BLOCK: usize = 64;
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Stands between the parts of what a case is about.
const SEPARATOR: u8 = 0x1f;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("cannot read the secret {}: {source}; check the path (`secret_file`) and its permissions", path.display())]
    NotReadable { path: PathBuf, source: io::Error },
    /// The file holds no text.
    #[error("the secret {} is empty; restore it from a backup, or delete it to start with new case ids", path.display())]
    Empty { path: PathBuf },
    /// A new secret cannot be made.
    #[error("cannot write the secret {}: {source}; check that the folder can be written", path.display())]
    NotWritable { path: PathBuf, source: io::Error },
}

impl SecretError {
    /// The error in both languages.
    pub fn message(&self) -> Message {
        let zh = match self {
            SecretError::NotReadable { path, source } => format!(
                "无法读取密钥 {}（{source}）；请检查 secret_file 的路径和权限",
                path.display()
            ),
            SecretError::Empty { path } => {
                format!("密钥 {} 是空的；请从备份恢复，或删除它以启用新的案件编号", path.display())
            }
            SecretError::NotWritable { path, source } => {
                format!("无法写入密钥 {}（{source}）；请检查文件夹是否可写", path.display())
            }
        };
        Message::new(zh, self.to_string())
    }
}

/// The centre's secret, ready as the key of an HMAC. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; BLOCK]);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl Secret {
    /// The secret that is this text, blanks at both ends left out.
    pub fn from_text(text: &str) -> Secret {
        let bytes = text.trim().as_bytes();
        let mut block = [0; BLOCK];
        if bytes.len() > BLOCK {
            // RFC 2104: a longer key is replaced by its hash.
            block[..32].copy_from_slice(&Sha256::digest(bytes));
        } else {
            block[..bytes.len()].copy_from_slice(bytes);
        }
        Secret(block)
    }

    /// The secret in a file of text.
    pub fn from_file(path: &Path) -> Result<Secret, SecretError> {
        let text = fs::read_to_string(path)
            .map_err(|source| SecretError::NotReadable { path: path.to_path_buf(), source })?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Err(SecretError::Empty { path: path.to_path_buf() });
        }
        Ok(Secret::from_text(text))
    }

    /// The secret of a store (`.aidcheck/`), made now if there is none; readable by its owner alone.
    pub fn load_or_create(store_folder: &Path) -> Result<Secret, SecretError> {
        let path = store_folder.join(SECRET_FILE);
        if !path.exists() {
            create(store_folder, &path)
                .map_err(|source| SecretError::NotWritable { path: path.clone(), source })?;
        }
        Secret::from_file(&path)
    }
}

/// Writes a new secret, whole or not at all; one that another run made meanwhile stays.
fn create(folder: &Path, path: &Path) -> io::Result<()> {
    private_folder(folder)?;
    // A temporary file is its owner's alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let hex: String = random_bytes()?.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(file, "{hex}")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(failure) if failure.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(failure) => Err(failure.error),
    }
}

/// 32 random bytes: from the system's device where there is one.
fn random_bytes() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    if cfg!(unix) {
        fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        return Ok(bytes);
    }
    // The standard library seeds each thread's first state from the system's generator and counts
    // on from there; thirty-two words of as many threads are hashed together.
    let mut digest = Sha256::new();
    for round in 0..32u64 {
        let word = std::thread::spawn(move || {
            let mut hasher = RandomState::new().build_hasher();
            hasher.write_u64(round);
            hasher.finish()
        });
        let word = word.join().map_err(|_| io::Error::other("no random numbers"))?;
        digest.update(word.to_le_bytes());
    }
    bytes.copy_from_slice(&digest.finalize());
    Ok(bytes)
}

/// Makes the ids of cases.
pub struct CaseKey;

impl CaseKey {
    /// Two letters of the kind, a hyphen, and 12 characters of Crockford's base 32: the first 60 bits
    /// of HMAC-SHA-256 over the kind's name and the parts, set apart by U+001F.
    pub fn case_id(secret: &Secret, kind: CaseKind, about: &[String]) -> String {
        let mut mac = Hmac::<Sha256>::new(&secret.0.into());
        mac.update(kind.name().as_bytes());
        for part in about {
            mac.update(&[SEPARATOR]);
            mac.update(part.as_bytes());
        }
        let tag = mac.finalize().into_bytes();
        let bits = tag.iter().take(8).fold(0u64, |bits, &byte| (bits << 8) | u64::from(byte)) >> 4;
        let mut id = String::with_capacity(15);
        id.push_str(kind.code());
        id.push('-');
        for place in (0..12).rev() {
            id.push(char::from(CROCKFORD[(bits >> (place * 5) & 31) as usize]));
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(secret: &str, parts: &[&str]) -> String {
        let about: Vec<String> = parts.iter().map(|part| part.to_string()).collect();
        CaseKey::case_id(&Secret::from_text(secret), CaseKind::DualEnrollment, &about)
    }

    #[test]
    fn an_id_never_changes() {
        // Python: hmac.new(b"sample", b"dual-enrollment\x1f11010519491231002X\x1f2025", "sha256")
        assert_eq!(id("sample", &["11010519491231002X", "2025"]), "DE-AKY9WJZQK0Y4");
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(id("s", &["ab", "c"]), id("s", &["a", "bc"]));
        assert_ne!(id("s", &["ab"]), id("s", &["a", "b"]));
        assert_ne!(id("s", &["a"]), id("s", &["a", ""]));
        assert_ne!(id("s", &["a"]), id("t", &["a"]));
    }

    #[test]
    fn a_key_longer_than_a_block_is_hashed_as_hmac_says() {
        let long = "k".repeat(100);
        let mut mac = Hmac::<Sha256>::new_from_slice(long.as_bytes()).unwrap();
        mac.update(b"x");
        let mut ours = Hmac::<Sha256>::new(&Secret::from_text(&long).0.into());
        ours.update(b"x");
        assert_eq!(mac.finalize().into_bytes(), ours.finalize().into_bytes());
    }

    #[test]
    fn a_secret_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join(".aidcheck");
        let first = Secret::load_or_create(&store).unwrap();
        assert_eq!(first, Secret::load_or_create(&store).unwrap());
        assert_eq!(fs::read_to_string(store.join("secret")).unwrap().trim().len(), 64);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(store.join("secret")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(store.join("secret"), " \n").unwrap();
        assert!(matches!(Secret::load_or_create(&store), Err(SecretError::Empty { .. })));
        assert_eq!(format!("{first:?}"), "Secret(…)");
    }
}
