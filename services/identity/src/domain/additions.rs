//! What is offered beyond what people know today. Each addition is a switch.

use serde::{Deserialize, Serialize};

use super::signature::MOST_DOCUMENTS;

/// Which additions are on; all of them unless something else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Additions {
    /// Several documents of a person may be signed in one order.
    pub documents_together: bool,
}

/// More documents than one order takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order takes {most} documents at most")]
pub struct TooManyDocuments {
    /// How many it takes.
    pub most: usize,
}

impl Default for Additions {
    fn default() -> Self {
        Self {
            documents_together: true,
        }
    }
}

impl Additions {
    /// Whether one order takes so many documents.
    pub const fn check_documents(self, number: usize) -> Result<(), TooManyDocuments> {
        let most = if self.documents_together {
            MOST_DOCUMENTS
        } else {
            1
        };
        if number > most {
            Err(TooManyDocuments { most })
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_takes_five_documents_or_one() {
        for (documents_together, most) in [(true, 5), (false, 1)] {
            let additions = Additions { documents_together };
            assert_eq!(additions.check_documents(most), Ok(()));
            assert_eq!(
                additions.check_documents(most + 1),
                Err(TooManyDocuments { most })
            );
        }
    }
}
