//! The built web client, if there is one: files of one folder, read once so that no request makes the disk work. A name with a hash in it never changes and is kept for
//! ever; a path that is no file is a page of the client, which its index answers.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response};

use crate::security;

const INDEX: &str = "index.html";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_FIRST: &str = "no-cache";
const SHORTEST_HASH: usize = 8;

/// The files.
#[derive(Clone)]
pub struct Pages {
    files: Arc<HashMap<PathBuf, Bytes>>,
}

impl Pages {
    /// Reads a folder.
    pub fn load(folder: &Path) -> io::Result<Self> {
        let mut files = HashMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next)? {
                let entry = entry?;
                let path = entry.path();
                if entry.file_name().as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else if path.is_file() {
                    let name = path.strip_prefix(folder).map_err(io::Error::other)?;
                    files.insert(name.to_owned(), fs::read(&path)?.into());
                }
            }
        }
        Ok(Self {
            files: Arc::new(files),
        })
    }

    /// The file of a path; the index for a path without an extension; None if there is neither.
    pub fn answer(&self, path: &str) -> Option<Response<Body>> {
        let file = relative(path)?;
        let file = if file.extension().is_none() {
            PathBuf::from(INDEX)
        } else {
            file
        };
        let content = self.files.get(&file)?.clone();
        let mut response = Response::new(Body::from(content));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(&file)));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching(&file)));
        security::allow_page(headers);
        Some(response)
    }
}

// Only plain names: no path leads out of the folder, to a hidden file or to one with an encoded name.
fn relative(path: &str) -> Option<PathBuf> {
    let path = Path::new(path.strip_prefix('/')?);
    let is_plain = |part: Component<'_>| match part {
        Component::Normal(name) => name
            .to_str()
            .is_some_and(|name| !name.starts_with('.') && !name.contains(['%', '\\', '\0'])),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => false,
    };
    path.components().all(is_plain).then(|| path.to_owned())
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}

// The build writes `name-<hash>.ext`.
fn caching(file: &Path) -> &'static str {
    let stem = file
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    let is_hash = hash.len() >= SHORTEST_HASH
        && hash
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && hash
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    if is_hash { FOR_EVER } else { ASK_FIRST }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pages() -> (tempfile::TempDir, Pages) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("built");
        tokio::fs::create_dir_all(root.join("assets")).await.unwrap();
        for (file, content) in [
            ("built/index.html", "index"),
            ("built/assets/app-B4x9_k2Q.js", "script"),
            ("built/assets/app-plain.js", "script"),
            ("built/.env", "secret"),
            ("secret.txt", "secret"),
        ] {
            tokio::fs::write(folder.path().join(file), content).await.unwrap();
        }
        let pages = Pages::load(&root).unwrap();
        (folder, pages)
    }

    #[tokio::test]
    async fn a_hashed_name_is_kept_for_ever_and_the_index_is_asked_for_anew() {
        let (_folder, pages) = pages().await;

        let script = pages.answer("/assets/app-B4x9_k2Q.js").unwrap();
        let plain = pages.answer("/assets/app-plain.js").unwrap();
        let index = pages.answer("/").unwrap();

        assert_eq!(script.headers()[CACHE_CONTROL], FOR_EVER);
        assert_eq!(plain.headers()[CACHE_CONTROL], ASK_FIRST);
        assert_eq!(index.headers()[CACHE_CONTROL], ASK_FIRST);
        assert_eq!(index.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    }

    #[tokio::test]
    async fn a_page_of_the_client_is_answered_by_the_index() {
        let (_folder, pages) = pages().await;

        assert!(pages.answer("/participants/inbox").is_some());
        assert!(pages.answer("/assets/gone.js").is_none());
    }

    #[tokio::test]
    async fn no_path_leads_out_of_the_folder_or_to_a_hidden_file() {
        let (_folder, pages) = pages().await;

        for path in [
            "/../secret.txt",
            "/assets/../../secret.txt",
            "/.env",
            "//etc/passwd.txt",
            "/%2e%2e/secret.txt",
            "/a\\..\\secret.txt",
            "secret.txt",
        ] {
            assert!(pages.answer(path).is_none(), "{path}");
        }
    }
}
