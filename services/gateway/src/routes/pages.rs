//! The built web client, if there is one: files of one folder, read once so that no request makes the disk work. What lies
//! in `assets` has its content's hash in its name and is kept for ever; a path that is no file is a page of the client,
//! which its index answers. Copies that the build compressed go to whoever takes them: nothing secret is in them.

mod encoding;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use self::encoding::Encoding;
use crate::security;

const INDEX: &str = "index.html";
const VERSION: &str = "version.txt";
const HASHED: &str = "assets";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_FIRST: &str = "no-cache";
const NEVER: &str = "no-store";
const VERSION_HEADER: HeaderName = HeaderName::from_static("deltaga-web-version");

/// The files.
#[derive(Clone)]
pub struct Pages {
    files: Arc<HashMap<PathBuf, File>>,
    version: Option<HeaderValue>,
}

/// A file and the copies of it that the build compressed.
#[derive(Default)]
struct File {
    plain: Option<Bytes>,
    compressed: HashMap<Encoding, Bytes>,
}

// === impl Pages ===

impl Pages {
    /// Reads a folder.
    pub fn load(folder: &Path) -> io::Result<Self> {
        let mut files: HashMap<PathBuf, File> = HashMap::new();
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
                    let content: Bytes = fs::read(&path)?.into();
                    match Encoding::of_copy(name) {
                        Some((encoding, original)) => {
                            files
                                .entry(original)
                                .or_default()
                                .compressed
                                .insert(encoding, content);
                        }
                        None => files.entry(name.to_owned()).or_default().plain = Some(content),
                    }
                }
            }
        }
        let version = files.remove(Path::new(VERSION)).and_then(|file| file.plain);
        let version = version.map(|text| HeaderValue::from_bytes(text.trim_ascii()));
        Ok(Self {
            files: Arc::new(files),
            version: version.transpose().map_err(io::Error::other)?,
        })
    }

    /// The file of a path; the index for a path without an extension; None if there is neither.
    pub fn answer(&self, path: &str, asked: &HeaderMap) -> Option<Response<Body>> {
        let file = relative(path)?;
        let name = if file.extension().is_none() {
            PathBuf::from(INDEX)
        } else {
            file
        };
        let file = self.files.get(&name)?;
        let plain = file.plain.as_ref()?;
        let encoded = Encoding::BEST_FIRST
            .into_iter()
            .filter(|encoding| encoding.is_taken_by(asked))
            .find_map(|encoding| Some((encoding, file.compressed.get(&encoding)?)));
        let mut response = Response::new(Body::from(encoded.map_or(plain, |(_, content)| content).clone()));
        let headers = response.headers_mut();
        if let Some((encoding, _)) = encoded {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        if !file.compressed.is_empty() {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(&name)));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching(&name)));
        security::allow_page(headers);
        Some(response)
    }

    /// Tells which build is served, so that a page of an older one can offer to be loaded anew.
    pub fn tell_version(&self, headers: &mut HeaderMap) {
        if let Some(version) = &self.version {
            headers.insert(VERSION_HEADER, version.clone());
        }
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

fn caching(file: &Path) -> &'static str {
    if file == Path::new(INDEX) {
        NEVER
    } else if file.starts_with(HASHED) {
        FOR_EVER
    } else {
        ASK_FIRST
    }
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT_ENCODING;
    use http_body_util::BodyExt as _;

    use super::*;

    async fn pages() -> (tempfile::TempDir, Pages) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("built");
        tokio::fs::create_dir_all(root.join("assets")).await.unwrap();
        for (file, content) in [
            ("built/index.html", "index"),
            ("built/assets/app-B4x9_k2Q.js", "script"),
            ("built/assets/app-B4x9_k2Q.js.br", "brotli"),
            ("built/assets/app-B4x9_k2Q.js.gz", "gzip"),
            ("built/favicon.svg", "picture"),
            ("built/version.txt", "0123456789abcdef\n"),
            ("built/.env", "secret"),
            ("secret.txt", "secret"),
        ] {
            tokio::fs::write(folder.path().join(file), content).await.unwrap();
        }
        let pages = Pages::load(&root).unwrap();
        (folder, pages)
    }

    fn asking(encodings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(encodings))])
    }

    async fn body_of(pages: &Pages, asked: &HeaderMap) -> (Option<HeaderValue>, Bytes) {
        let response = pages.answer("/assets/app-B4x9_k2Q.js", asked).unwrap();
        assert_eq!(response.headers()[VARY], "accept-encoding");
        assert_eq!(response.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");
        let encoding = response.headers().get(CONTENT_ENCODING).cloned();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (encoding, body)
    }

    #[tokio::test]
    async fn a_hashed_name_is_kept_for_ever_and_the_index_by_nobody() {
        let (_folder, pages) = pages().await;
        let caching = |path| {
            let response = pages.answer(path, &HeaderMap::new()).unwrap();
            response.headers()[CACHE_CONTROL].clone()
        };

        assert_eq!(caching("/assets/app-B4x9_k2Q.js"), FOR_EVER);
        assert_eq!(caching("/favicon.svg"), ASK_FIRST);
        assert_eq!(caching("/"), NEVER);
        assert_eq!(caching("/months/1"), NEVER);
        let index = pages.answer("/", &HeaderMap::new()).unwrap();
        assert_eq!(index.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    }

    #[tokio::test]
    async fn whoever_takes_a_compressed_copy_gets_the_smallest() {
        let (_folder, pages) = pages().await;

        let none = body_of(&pages, &HeaderMap::new()).await;
        let both = body_of(&pages, &asking("gzip, deflate, br")).await;
        let gzip = body_of(&pages, &asking("gzip, br;q=0")).await;

        assert_eq!(none, (None, Bytes::from_static(b"script")));
        assert_eq!(
            both,
            (
                Some(HeaderValue::from_static("br")),
                Bytes::from_static(b"brotli")
            )
        );
        assert_eq!(
            gzip,
            (
                Some(HeaderValue::from_static("gzip")),
                Bytes::from_static(b"gzip")
            )
        );
        assert!(
            pages
                .answer("/assets/app-B4x9_k2Q.js.br", &HeaderMap::new())
                .is_none()
        );
    }

    #[tokio::test]
    async fn the_version_of_the_build_is_told_and_is_no_file() {
        let (_folder, pages) = pages().await;
        let mut headers = HeaderMap::new();

        pages.tell_version(&mut headers);

        assert_eq!(headers[VERSION_HEADER], "0123456789abcdef");
        assert!(pages.answer("/version.txt", &HeaderMap::new()).is_none());
    }

    #[tokio::test]
    async fn a_page_of_the_client_is_answered_by_the_index() {
        let (_folder, pages) = pages().await;

        assert!(pages.answer("/participants/inbox", &HeaderMap::new()).is_some());
        assert!(pages.answer("/assets/gone.js", &HeaderMap::new()).is_none());
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
            assert!(pages.answer(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }
}
