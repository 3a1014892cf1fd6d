//! The sections that only the gateway has.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use ipnet::IpNet;
use platform::config::{ConfigError, Environment, Key, Section};
use platform::grpc::TlsConfig;
use serde::{Deserialize, Serialize};

use crate::routes::PEERS;

/// `[browsers]`, `[suppliers]`, `[csrf]` and `[limits]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayConfig {
    pub browsers: BrowsersConfig,
    pub suppliers: SuppliersConfig,
    pub csrf: CsrfConfig,
    #[serde(default)]
    pub limits: LimitsConfig,
}

/// The port for people.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BrowsersConfig {
    pub listen: SocketAddr,
    pub origins: Vec<String>,
    #[serde(default)]
    pub trusted_proxies: Vec<IpNet>,
    pub static_folder: Option<PathBuf>,
}

/// The port for the systems of suppliers.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SuppliersConfig {
    pub listen: SocketAddr,
    pub ca_file: PathBuf,
    pub certificate_file: PathBuf,
    pub key_file: PathBuf,
}

/// What CSRF tokens are made with.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CsrfConfig {
    pub key_file: PathBuf,
}

/// How much one caller may ask for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    pub calls_per_second: NonZeroU32,
    pub calls_burst: NonZeroU32,
    pub sign_ins_per_minute: NonZeroU32,
    pub downloads_per_hour: NonZeroU32,
    pub body_bytes: usize,
    pub all_bodies_bytes: u32,
    pub deadline_seconds: u64,
    pub stream_seconds: u64,
    pub connections: usize,
    pub idle_seconds: u64,
}

// === impl SuppliersConfig ===

impl SuppliersConfig {
    /// The files as the platform reads them.
    pub fn tls(&self) -> TlsConfig {
        TlsConfig {
            ca_file: self.ca_file.clone(),
            certificate_file: self.certificate_file.clone(),
            key_file: self.key_file.clone(),
        }
    }
}

// === impl LimitsConfig ===

impl LimitsConfig {
    /// Longest a call with one answer may take.
    pub fn deadline(&self) -> Duration {
        Duration::from_secs(self.deadline_seconds)
    }

    /// Longest a stream may last.
    pub fn stream(&self) -> Duration {
        Duration::from_secs(self.stream_seconds)
    }

    /// Longest an answer may take until its caller has taken it: as long as a call, and then as long as a stream.
    pub fn answer(&self) -> Duration {
        self.deadline() + self.stream()
    }

    /// Longest a connection may stay without a call.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }

    fn check(self) -> Result<(), ConfigError> {
        // A message of the services is 4 MiB at most; JSON of it is larger, but nobody writes that by hand.
        if !(1024..=8 * 1024 * 1024).contains(&self.body_bytes) {
            return Err(ConfigError::at(
                "limits.body_bytes",
                "must lie between 1024 and 8388608",
            ));
        }
        if usize::try_from(self.all_bodies_bytes).is_ok_and(|all| all < self.body_bytes) {
            return Err(ConfigError::at(
                "limits.all_bodies_bytes",
                "must not be less than limits.body_bytes",
            ));
        }
        if !(1..=600).contains(&self.deadline_seconds) {
            return Err(ConfigError::at(
                "limits.deadline_seconds",
                "must lie between 1 and 600",
            ));
        }
        if !(1..=3600).contains(&self.stream_seconds) {
            return Err(ConfigError::at(
                "limits.stream_seconds",
                "must lie between 1 and 3600",
            ));
        }
        if self.connections == 0 {
            return Err(ConfigError::at("limits.connections", "must be at least 1"));
        }
        if !(1..=3600).contains(&self.idle_seconds) {
            return Err(ConfigError::at(
                "limits.idle_seconds",
                "must lie between 1 and 3600",
            ));
        }
        Ok(())
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let number = |number| NonZeroU32::new(number).expect("the defaults are not zero");
        Self {
            calls_per_second: number(50),
            calls_burst: number(200),
            sign_ins_per_minute: number(30),
            downloads_per_hour: number(12),
            body_bytes: 4 * 1024 * 1024,
            all_bodies_bytes: 256 * 1024 * 1024,
            deadline_seconds: 30,
            stream_seconds: 600,
            connections: 4096,
            idle_seconds: 120,
        }
    }
}

// === impl GatewayConfig ===

impl Section for GatewayConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "browsers.listen",
            "Address and port for people. Plain HTTP: TLS ends at the ingress, except on a developer's machine.",
        ),
        Key::new(
            "browsers.origins",
            "Addresses that the pages are served from, such as https://deltaga.example. A browser that says it comes from elsewhere is refused.",
        ),
        Key::new(
            "browsers.trusted_proxies",
            "Networks of the proxies in front. Only what they add to X-Forwarded-For is believed. In production there must be one.",
        ),
        Key::new(
            "browsers.static_folder",
            "Folder with the built web client, read once at the start; no pages are served if absent.",
        ),
        Key::new(
            "suppliers.listen",
            "Address and port for the systems of suppliers, with TLS and their certificate.",
        ),
        Key::new(
            "suppliers.ca_file",
            "Certificates of the authority that suppliers' certificates are under, in PEM.",
        ),
        Key::new(
            "suppliers.certificate_file",
            "Certificate and chain that suppliers are shown, in PEM.",
        ),
        Key::new("suppliers.key_file", "Its private key, PKCS#8 in PEM."),
        Key::new(
            "csrf.key_file",
            "File with the key of the CSRF tokens: at least 32 bytes, hexadecimal or base64. The same for all replicas; with a new one every open page has to be loaded again.",
        ),
        Key::new(
            "limits.calls_per_second",
            "Calls that one session, one certificate or, without either, one address may make for long.",
        ),
        Key::new("limits.calls_burst", "Calls that it may make at once."),
        Key::new(
            "limits.sign_ins_per_minute",
            "Sign-ins and openings of links that one address may begin. An office shares an address.",
        ),
        Key::new(
            "limits.downloads_per_hour",
            "Downloads of everything about the person that one session may begin.",
        ),
        Key::new(
            "limits.body_bytes",
            "Bytes of one request at most; 16384 for callers that have shown no session and no token.",
        ),
        Key::new(
            "limits.all_bodies_bytes",
            "Bytes of all requests under way in this process at most; whoever comes then is told to ask again.",
        ),
        Key::new(
            "limits.deadline_seconds",
            "Longest a call with one answer may take; the caller may ask for less.",
        ),
        Key::new("limits.stream_seconds", "Longest a stream of answers may last."),
        Key::new(
            "limits.connections",
            "Connections on each of the two ports; more wait to be accepted.",
        ),
        Key::new(
            "limits.idle_seconds",
            "Longest a connection stays without a call under way, whatever else is said on it.",
        ),
    ];

    fn example(service: &str) -> Self {
        let everywhere = |port| ([0, 0, 0, 0], port).into();
        let file = |name: &str| PathBuf::from(format!("/etc/deltaga/suppliers/{name}.pem"));
        Self {
            browsers: BrowsersConfig {
                listen: everywhere(7180),
                origins: vec!["https://deltaga.example".to_owned()],
                trusted_proxies: vec![IpNet::new_assert([10, 0, 0, 0].into(), 8)],
                static_folder: None,
            },
            suppliers: SuppliersConfig {
                listen: everywhere(7181),
                ca_file: file("ca.certificate"),
                certificate_file: file("server.certificate"),
                key_file: file("server.key"),
            },
            csrf: CsrfConfig {
                key_file: format!("/etc/deltaga/{service}/csrf-key").into(),
            },
            limits: LimitsConfig::default(),
        }
    }

    fn peers() -> &'static [&'static str] {
        PEERS
    }

    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        if self.browsers.origins.is_empty() {
            return Err(ConfigError::at(
                "browsers.origins",
                "must name at least one address",
            ));
        }
        for origin in &self.browsers.origins {
            if !is_origin(origin, environment) {
                return Err(ConfigError::at(
                    "browsers.origins",
                    "each must be https://host without a path (http:// in development only)",
                ));
            }
        }
        check_proxies(&self.browsers.trusted_proxies, environment)?;
        self.limits.check()
    }
}

// Without proxies everybody would share the bucket of the ingress; with everybody as one, addresses could be made up.
fn check_proxies(proxies: &[IpNet], environment: Environment) -> Result<(), ConfigError> {
    let refuse = |problem| Err(ConfigError::at("browsers.trusted_proxies", problem));
    if proxies.iter().any(|network| network.prefix_len() == 0) {
        return refuse("must not be everybody");
    }
    match environment {
        Environment::Production if proxies.is_empty() => refuse("must name the ingress in production"),
        Environment::Production | Environment::Development => Ok(()),
    }
}

fn is_origin(text: &str, environment: Environment) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let is_safe = match environment {
        Environment::Production => uri.scheme_str() == Some("https"),
        Environment::Development => matches!(uri.scheme_str(), Some("https" | "http")),
    };
    is_safe
        && uri.authority().is_some()
        && uri.path_and_query().is_none_or(|path| path == "/")
        && !text.ends_with('/')
}

#[cfg(test)]
mod tests {
    use platform::service::stateless::default_file;

    use super::*;

    fn with_origin(origin: &str) -> GatewayConfig {
        let mut config = GatewayConfig::example("gateway");
        config.browsers.origins = vec![origin.to_owned()];
        config
    }

    #[test]
    fn the_committed_default_file_is_the_one_of_the_types() {
        let committed = include_str!("../config.default.toml");
        assert_eq!(default_file::<GatewayConfig>("gateway").unwrap(), committed);
    }

    #[test]
    fn pages_come_from_an_origin_over_tls() {
        for origin in [
            "http://deltaga.example",
            "https://deltaga.example/",
            "https://a.example/b",
            "deltaga",
            "",
        ] {
            assert!(
                with_origin(origin).check(Environment::Production).is_err(),
                "{origin}"
            );
        }
        assert!(
            with_origin("https://deltaga.example")
                .check(Environment::Production)
                .is_ok()
        );
        assert!(
            with_origin("http://localhost:7180")
                .check(Environment::Development)
                .is_ok()
        );
    }

    #[test]
    fn proxies_are_named_in_production_and_never_everybody() {
        let check = |proxies: &[&str], environment| {
            let mut config = GatewayConfig::example("gateway");
            config.browsers.trusted_proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
            config.check(environment).is_ok()
        };

        assert!(check(&["10.0.0.0/8", "fd00::/8"], Environment::Production));
        assert!(!check(&[], Environment::Production));
        assert!(check(&[], Environment::Development));
        for everybody in ["0.0.0.0/0", "::/0"] {
            assert!(!check(&["10.0.0.0/8", everybody], Environment::Production));
            assert!(!check(&[everybody], Environment::Development));
        }
    }

    #[test]
    fn limits_that_let_nobody_in_or_everything_through_are_refused() {
        let change: [fn(&mut LimitsConfig); 6] = [
            |limits| limits.all_bodies_bytes = 1024,
            |limits| limits.body_bytes = 10,
            |limits| limits.deadline_seconds = 0,
            |limits| limits.stream_seconds = 0,
            |limits| limits.connections = 0,
            |limits| limits.idle_seconds = 0,
        ];
        for change in change {
            let mut config = GatewayConfig::example("gateway");
            change(&mut config.limits);
            assert!(config.check(Environment::Production).is_err());
        }
    }
}
