//! Files: those that export keeps until their receipt has come, and what a recipient opens of those that reached it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use crate::scan::{Finding, Scanner};

/// How a file begins that opens with its recipient's key alone.
const SEAL: &[u8] = b"age-encryption.org/v1\n";

/// Searches every file below a folder, those that are being written included.
pub fn scan(scanner: &Scanner, folder: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for file in below(folder)? {
        findings.extend(scanner.scan(&file.display().to_string(), &std::fs::read(&file)?));
    }
    Ok(findings)
}

/// The files below a folder that anybody can read.
pub fn unsealed(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = below(folder)?;
    let mut failure = None;
    files.retain(|file| match std::fs::read(file) {
        Ok(content) => !content.starts_with(SEAL),
        Err(error) => {
            failure = Some(error);
            true
        }
    });
    failure.map_or(Ok(files), |error| Err(error.into()))
}

/// What the recipient with this folder opens with its private key, one by one as they arrived.
pub fn opened(deliveries: &Path, private_key: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let key = std::fs::read_to_string(private_key).context("a recipient's private key")?;
    let key: age::x25519::Identity = key.trim().parse().map_err(|error: &str| anyhow!(error))?;
    let mut opened = Vec::new();
    for file in below(deliveries)? {
        if file.extension().is_some_and(|extension| extension == "part") {
            let content = age::decrypt(&key, &std::fs::read(&file)?);
            let content = content.with_context(|| format!("{} does not open", file.display()))?;
            opened.push((file.display().to_string(), content));
        }
    }
    Ok(opened)
}

/// Every file below a folder, in order.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
