//! The details of a refusal as they came: google.rpc messages. Read from the wire and not by this build's list of
//! reasons, so that a reason of a newer service arrives whole.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use prost::Message;
use serde_json::{Map, Value, json};
use tonic_types::pb;

use super::Language;

const OF_FIELD: char = '@';

/// What a status carries.
pub(super) struct Details {
    status: pb::Status,
}

impl Details {
    pub(super) fn of(status: &tonic::Status) -> Self {
        Self {
            status: pb::Status::decode(status.details()).unwrap_or_default(),
        }
    }

    /// The error object of the Connect protocol, with every detail as it came.
    pub(super) fn connect_error(&self, code: &str, message: &str) -> Value {
        let details: Vec<Value> = self
            .status
            .details
            .iter()
            .map(|any| {
                let name = any.type_url.rsplit('/').next().unwrap_or_default();
                json!({ "type": name, "value": BASE64_STANDARD_NO_PAD.encode(&any.value) })
            })
            .collect();
        json!({ "code": code, "message": message, "details": details })
    }

    pub(super) fn reason(&self) -> String {
        self.info()
            .map_or_else(|| "INTERNAL".to_owned(), |info| info.reason)
    }

    /// The facts of the refusal itself; those of single fields stand with the fields.
    pub(super) fn metadata(&self) -> Map<String, Value> {
        let metadata = self.info().map(|info| info.metadata).unwrap_or_default();
        let own: BTreeMap<String, String> = metadata
            .into_iter()
            .filter(|(key, _)| !key.contains(OF_FIELD) && key != "trace_id")
            .collect();
        own.into_iter().map(|(key, value)| (key, value.into())).collect()
    }

    pub(super) fn text(&self, language: Language) -> String {
        let mut texts = self.all::<pb::LocalizedMessage>("google.rpc.LocalizedMessage");
        let wanted = texts.iter().position(|text| language.is(&text.locale));
        match wanted {
            Some(index) => texts.swap_remove(index).message,
            None => self.status.message.clone(),
        }
    }

    pub(super) fn violations(&self, language: Language) -> Vec<Value> {
        let facts = self.info().map(|info| info.metadata).unwrap_or_default();
        let requests = self.all::<pb::BadRequest>("google.rpc.BadRequest");
        let violations = requests.into_iter().flat_map(|request| request.field_violations);
        violations
            .map(|violation| {
                let own: Map<String, Value> = facts
                    .iter()
                    .filter_map(|(key, value)| {
                        let (key, field) = key.split_once(OF_FIELD)?;
                        (field == violation.field).then(|| (key.to_owned(), value.clone().into()))
                    })
                    .collect();
                let localized = violation.localized_message.unwrap_or_default();
                let text = match language {
                    Language::Swedish if !localized.message.is_empty() => localized.message,
                    Language::Swedish | Language::English => violation.description,
                };
                let mut shown = json!({ "field": violation.field, "reason": violation.reason, "text": text });
                if !own.is_empty() {
                    shown["metadata"] = own.into();
                }
                shown
            })
            .collect()
    }

    pub(super) fn trace_id(&self) -> Option<String> {
        let requests = self.all::<pb::RequestInfo>("google.rpc.RequestInfo");
        requests
            .into_iter()
            .map(|request| request.request_id)
            .find(|id| !id.is_empty())
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        let infos = self.all::<pb::RetryInfo>("google.rpc.RetryInfo");
        let delay = infos.into_iter().find_map(|info| info.retry_delay)?;
        let whole = u64::try_from(delay.seconds).ok()?;
        Some(Duration::from_secs(whole + u64::from(delay.nanos > 0)))
    }

    fn info(&self) -> Option<pb::ErrorInfo> {
        self.all::<pb::ErrorInfo>("google.rpc.ErrorInfo")
            .into_iter()
            .next()
    }

    fn all<M: Message + Default>(&self, name: &str) -> Vec<M> {
        let of_type = |url: &str| url.rsplit('/').next() == Some(name);
        self.status
            .details
            .iter()
            .filter(|any| of_type(&any.type_url))
            .filter_map(|any| M::decode(any.value.as_slice()).ok())
            .collect()
    }
}
