//! What a configuration file may hold, and what the process says about one that it refuses.

use std::path::Path;

use super::*;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Own {
    courier: Courier,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Courier {
    attempts: u32,
    password: Secret,
}

impl Section for Own {
    const KEYS: &'static [Key] = &[
        Key::new(
            "courier.attempts",
            "How often a parcel is carried out before it goes back to its sender.",
        ),
        Key::new("courier.password", "What the courier says at the door."),
    ];

    fn example(_service: &str) -> Self {
        Self {
            courier: Courier {
                attempts: 3,
                password: Secret::example("open-sesame"),
            },
        }
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        if self.courier.attempts == 0 {
            return Err(ConfigError::at("courier.attempts", "must be at least 1"));
        }
        Ok(())
    }
}

fn sound() -> String {
    default_file::<Own>("post").unwrap()
}

fn with(key: &str, value: &str) -> Result<Configuration<Own>, ConfigError> {
    Configuration::parse("post", &sound(), [(format!("POST__{key}"), value.to_owned())])
}

fn refused(key: &str, value: &str) -> String {
    with(key, value).unwrap_err().to_string()
}

#[test]
fn the_default_file_is_a_sound_configuration() {
    let read = Configuration::<Own>::parse("post", &sound(), []).unwrap();

    assert_eq!(read.service.courier.attempts, 3);
    assert_eq!(read.service.courier.password.expose(), "open-sesame");
}

#[test]
fn the_default_file_documents_every_key() {
    let text = sound();

    assert!(
        text.contains("# What the courier says at the door.\npassword = \"open-sesame\"\n"),
        "{text}"
    );
    assert!(text.contains("\n# offset_file =\n"), "{text}");
}

#[test]
fn a_key_without_documentation_is_found() {
    #[derive(Clone, Debug, Deserialize, Serialize)]
    struct Silent {
        volume: u32,
    }
    impl Section for Silent {
        const KEYS: &'static [Key] = &[];

        fn example(_service: &str) -> Self {
            Self { volume: 0 }
        }
    }

    assert_eq!(default_file::<Silent>("post").unwrap_err().key(), Some("volume"));
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    assert_eq!(
        refused("LISTEN__GPRC", "127.0.0.1:1"),
        "configuration key `listen.gprc`: unknown key"
    );
    assert_eq!(
        refused("COURIER__HORSE", "1"),
        "configuration key `courier.horse`: unknown key"
    );
    assert_eq!(
        refused("COURIERS", "1"),
        "configuration key `couriers`: unknown key"
    );
}

#[test]
fn a_missing_key_is_refused_by_name() {
    let text = sound().replace("attempts = 3\n", "");

    let error = Configuration::<Own>::parse("post", &text, []).unwrap_err();

    assert_eq!(error.to_string(), "configuration key `courier.attempts`: missing");
}

#[test]
fn a_missing_section_is_refused_by_name() {
    let text = sound().replace("[courier]", "[tls.courier]");

    assert!(Configuration::<Own>::parse("post", &text, []).is_err());
    let error = Configuration::<Own>::parse("post", "", []).unwrap_err();
    assert_eq!(error.to_string(), "configuration key `environment`: missing");
}

#[test]
fn a_missing_file_is_refused_by_path() {
    let error = Configuration::<Own>::load("post", Path::new("/nowhere/post.toml")).unwrap_err();

    assert!(
        error.to_string().contains("cannot read /nowhere/post.toml"),
        "{error}"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_refused_without_being_repeated() {
    assert_eq!(
        refused("COURIER__ATTEMPTS", "hunter2"),
        "configuration key `courier.attempts`: must be u32"
    );
    assert_eq!(
        refused("COURIER__ATTEMPTS", "-31337"),
        "configuration key `courier.attempts`: must be u32"
    );
    assert_eq!(
        refused("COURIER__PASSWORD", "4711"),
        "configuration key `courier.password`: must be a text in quotes"
    );
    assert_eq!(
        refused("LISTEN__GRPC", "hunter2"),
        "configuration key `listen.grpc`: not a valid value"
    );
    assert_eq!(
        refused("ENVIRONMENT", "hunter2"),
        "configuration key `environment`: must be `development` or `production`"
    );
}

#[test]
fn a_line_that_is_not_toml_is_refused_without_being_repeated() {
    let text = "environment = \"development\"\npassword = hunter2\n";

    let error = Configuration::<Own>::parse("post", text, []).unwrap_err();

    assert_eq!(error.to_string(), "configuration: line 2 is not TOML");
}

#[test]
fn the_environment_wins_over_the_file() {
    assert_eq!(
        with("COURIER__ATTEMPTS", "7").unwrap().service.courier.attempts,
        7
    );
    assert_eq!(
        with("COURIER__PASSWORD", "a = b # c")
            .unwrap()
            .service
            .courier
            .password
            .expose(),
        "a = b # c"
    );
    assert_eq!(
        with("COURIER__PASSWORD", "\"4711\"")
            .unwrap()
            .service
            .courier
            .password
            .expose(),
        "4711"
    );
}

#[test]
fn variables_of_other_programs_do_not_count() {
    let others = [
        ("POSTS__COURIER__HORSE", "1"),
        ("STAFF__COURIER__HORSE", "1"),
        ("PATH", "/bin"),
    ];
    let others = others.map(|(name, value)| (name.to_owned(), value.to_owned()));

    assert!(Configuration::<Own>::parse("post", &sound(), others).is_ok());
}

#[test]
fn sections_judge_their_values() {
    assert_eq!(
        refused("COURIER__ATTEMPTS", "0"),
        "configuration key `courier.attempts`: must be at least 1"
    );
    assert_eq!(
        refused("SHUTDOWN__PAUSE_SECONDS", "30"),
        "configuration key `shutdown.grace_seconds`: must be more than pause_seconds"
    );
    assert!(refused("TELEMETRY__LEVEL", "platform=loud").contains("`telemetry.level`"));
    assert!(refused("TELEMETRY__OTLP_ENDPOINT", "collector").contains("`telemetry.otlp_endpoint`"));
}

#[test]
fn production_refuses_to_move_time() {
    assert_eq!(
        refused("CLOCK__OFFSET_FILE", "/tmp/offset"),
        "configuration key `clock.offset_file`: time is not moved in production"
    );
    let moved = [
        ("POST__CLOCK__OFFSET_FILE", "/tmp/offset"),
        ("POST__ENVIRONMENT", "development"),
    ];
    let moved = moved.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert!(Configuration::<Own>::parse("post", &sound(), moved).is_ok());
}

#[test]
fn neither_print_nor_debug_shows_a_secret() {
    let read = with("COURIER__PASSWORD", "hunter2").unwrap();

    let shown = format!("{}\n{read:?}", read.redacted());

    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("password = \"(redacted)\""), "{shown}");
    assert!(shown.contains("attempts = 3"), "{shown}");
}
