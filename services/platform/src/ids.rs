//! Ids that cannot be mistaken for each other: [`typed_id!`] makes one type per kind of thing, from the domain to the
//! database and the wire. New ids are UUID version 7, drawn from the clock and the randomness they are given.

use std::error::Error;
use std::fmt;

use uuid::{Builder, Uuid};

use crate::clock::{Clock, Entropy};

#[doc(inline)]
pub use crate::__typed_id as typed_id;

/// What the macro needs from other crates, so that its users need not depend on them.
#[doc(hidden)]
pub mod parts {
    pub use serde;
    pub use sqlx;
    pub use uuid;
}

/// A text that is no id. It does not repeat the text, which may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId {
    kind: &'static str,
}

/// A fresh UUID version 7.
pub fn new_uuid(clock: &dyn Clock, entropy: &dyn Entropy) -> Uuid {
    let milliseconds = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
    let mut random = [0; 10];
    entropy.fill(&mut random);
    Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}

/// Makes an id type: `typed_id!(PersonId);`, with documentation and derives in front of the name if wanted.
///
/// The type has `new(&dyn Clock, &dyn Entropy)`, `parse(&str)`, `from_uuid`, `as_uuid`, `Display`, `FromStr`, `Ord`,
/// `Hash`, serde as text, and is a `uuid` to sqlx (alone and in arrays).
#[doc(hidden)]
#[macro_export]
macro_rules! __typed_id {
    ($($(#[$attribute:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$attribute])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::ids::parts::uuid::Uuid);

        $crate::__typed_id_basics!($name);
        $crate::__typed_id_serde!($name);
        $crate::__typed_id_sqlx!($name);
    )+};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __typed_id_basics {
    ($name:ident) => {
        impl $name {
            /// A fresh id.
            pub fn new(clock: &dyn $crate::clock::Clock, entropy: &dyn $crate::clock::Entropy) -> Self {
                Self($crate::ids::new_uuid(clock, entropy))
            }

            /// Reads an id in its usual spelling (hyphens, any case).
            pub fn parse(text: &str) -> ::core::result::Result<Self, $crate::ids::NotAnId> {
                $crate::ids::parse(stringify!($name), text).map(Self)
            }

            /// Takes a UUID for an id of this kind.
            pub const fn from_uuid(uuid: $crate::ids::parts::uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID behind the id.
            pub const fn as_uuid(self) -> $crate::ids::parts::uuid::Uuid {
                self.0
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(formatter, "{}({})", stringify!($name), self.0)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::ids::NotAnId;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __typed_id_serde {
    ($name:ident) => {
        impl $crate::ids::parts::serde::Serialize for $name {
            fn serialize<S: $crate::ids::parts::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::ids::parts::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::ids::parts::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::ids::parts::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::ids::parts::serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __typed_id_sqlx {
    ($name:ident) => {
        impl $crate::ids::parts::sqlx::Type<$crate::ids::parts::sqlx::Postgres> for $name {
            fn type_info() -> $crate::ids::parts::sqlx::postgres::PgTypeInfo {
                <$crate::ids::parts::uuid::Uuid as $crate::ids::parts::sqlx::Type<
                    $crate::ids::parts::sqlx::Postgres,
                >>::type_info()
            }
        }

        impl $crate::ids::parts::sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> $crate::ids::parts::sqlx::postgres::PgTypeInfo {
                <$crate::ids::parts::uuid::Uuid as $crate::ids::parts::sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }

        impl $crate::ids::parts::sqlx::Encode<'_, $crate::ids::parts::sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buffer: &mut <$crate::ids::parts::sqlx::Postgres as $crate::ids::parts::sqlx::Database>::ArgumentBuffer,
            ) -> ::core::result::Result<
                $crate::ids::parts::sqlx::encode::IsNull,
                $crate::ids::parts::sqlx::error::BoxDynError,
            > {
                $crate::ids::parts::sqlx::Encode::<$crate::ids::parts::sqlx::Postgres>::encode_by_ref(&self.0, buffer)
            }
        }

        impl $crate::ids::parts::sqlx::Decode<'_, $crate::ids::parts::sqlx::Postgres> for $name {
            fn decode(
                value: $crate::ids::parts::sqlx::postgres::PgValueRef<'_>,
            ) -> ::core::result::Result<Self, $crate::ids::parts::sqlx::error::BoxDynError> {
                $crate::ids::parts::sqlx::Decode::<$crate::ids::parts::sqlx::Postgres>::decode(value).map(Self)
            }
        }
    };
}

#[doc(hidden)]
pub fn parse(kind: &'static str, text: &str) -> Result<Uuid, NotAnId> {
    let refused = NotAnId { kind };
    if text.len() != uuid::fmt::Hyphenated::LENGTH {
        return Err(refused);
    }
    Uuid::try_parse(text).map_err(|_| refused)
}

// === impl NotAnId ===

impl fmt::Display for NotAnId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the text is not a {}", self.kind)
    }
}

impl Error for NotAnId {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, SeededEntropy};

    typed_id!(
        /// A thing of the tests.
        ThingId
    );

    fn fresh(seed: u64, at: &str) -> ThingId {
        ThingId::new(&ManualClock::new(at.parse().unwrap()), &SeededEntropy::new(seed))
    }

    #[test]
    fn a_new_id_is_version_seven_of_the_given_instant() {
        let id = fresh(1, "2026-03-02T08:00:00Z");

        assert_eq!(id.as_uuid().get_version_num(), 7);
        assert_eq!(id.as_uuid().get_timestamp().unwrap().to_unix().0, 1_772_438_400);
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        assert!(fresh(9, "2026-03-02T08:00:00Z") < fresh(1, "2026-03-02T08:00:01Z"));
    }

    #[test]
    fn text_and_back_is_the_same_id() {
        let id = fresh(2, "2026-03-02T08:00:00Z");

        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(ThingId::from_uuid(id.as_uuid()), id);
        assert_eq!(ThingId::parse(&id.to_string().to_uppercase()), Ok(id));
        assert_eq!(
            serde_json::from_str::<ThingId>(&serde_json::to_string(&id).unwrap()).unwrap(),
            id
        );
    }

    #[test]
    fn other_spellings_are_refused_without_being_repeated() {
        let id = fresh(3, "2026-03-02T08:00:00Z").to_string();
        for text in [
            "",
            "tolvan",
            &id.replace('-', ""),
            &format!("{{{id}}}"),
            &format!("{id} "),
        ] {
            let refused = ThingId::parse(text).unwrap_err();
            assert_eq!(refused.to_string(), "the text is not a ThingId");
        }
    }
}
