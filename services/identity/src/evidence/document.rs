//! Reads BankID's signature document: only the exact structure of DOMAIN 1.9 passes, and what is checked is the very
//! element whose content is used, so nothing can be wrapped around it.

use std::collections::HashSet;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use roxmltree::{Document, Node};

use super::{EvidenceError, Expected, canonical::canonical};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const BANKID: &str = "http://www.bankid.com/signature/v1.0.0/types";
const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256_URI: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>";

/// What a signature document says.
pub struct Signed {
    /// Canonical bytes that the signature value is over.
    pub information: String,
    /// The signature value.
    pub signature_value: Vec<u8>,
    /// DER certificates, the signer's first.
    pub certificates: Vec<Vec<u8>>,
    digests: [(String, Vec<u8>); 2],
    visible_data: Vec<u8>,
    non_visible_data: Vec<u8>,
    function: String,
}

impl Signed {
    /// Both references fit their elements.
    pub fn check_digests(&self) -> Result<(), EvidenceError> {
        let fits = |(content, expected): &(String, Vec<u8>)| {
            digest(&SHA256, content.as_bytes()).as_ref() == expected
        };
        if self.digests.iter().all(fits) {
            Ok(())
        } else {
            Err(EvidenceError::Digest)
        }
    }

    /// What was signed is what was asked for.
    pub fn check_content(&self, expected: &Expected<'_>) -> Result<(), EvidenceError> {
        if self.function != "Signing" {
            return Err(EvidenceError::NotASignature);
        }
        if self.visible_data != expected.visible_data {
            return Err(EvidenceError::VisibleData);
        }
        if self.non_visible_data != expected.non_visible_data {
            return Err(EvidenceError::NonVisibleData);
        }
        Ok(())
    }
}

/// The document's text.
pub fn decode(signature_base64: &str) -> Result<String, EvidenceError> {
    let bytes = STANDARD
        .decode(signature_base64)
        .map_err(|_| EvidenceError::Unreadable)?;
    String::from_utf8(bytes).map_err(|_| EvidenceError::Unreadable)
}

/// Reads a document's text.
pub fn read(text: &str) -> Result<Signed, EvidenceError> {
    let body = text.strip_prefix(DECLARATION).unwrap_or(text);
    if body.contains("<!") || body.contains("<?") {
        return Err(EvidenceError::ForbiddenXml);
    }
    let document = Document::parse(text).map_err(|_| EvidenceError::Unreadable)?;
    let root = document.root_element();
    check_names(root)?;
    read_signature(root)
}

fn read_signature(root: Node<'_, '_>) -> Result<Signed, EvidenceError> {
    expect(root, DSIG, "Signature", &[])?;
    let [signed_info, signature_value, key_info, object] = children(root)?;
    expect(key_info, DSIG, "KeyInfo", &[("Id", "bidKeyInfo")])?;
    expect(object, DSIG, "Object", &[])?;
    let [signed_data] = children(object)?;
    expect(
        signed_data,
        BANKID,
        "bankIdSignedData",
        &[("Id", "bidSignedData")],
    )?;
    let [data_digest, key_digest] = read_signed_info(signed_info)?;
    let (visible_data, non_visible_data, function) = read_signed_data(signed_data)?;
    Ok(Signed {
        information: canonical(signed_info),
        signature_value: base64_of(expect(signature_value, DSIG, "SignatureValue", &[])?)?,
        certificates: read_certificates(key_info)?,
        digests: [
            (canonical(signed_data), data_digest),
            (canonical(key_info), key_digest),
        ],
        visible_data,
        non_visible_data,
        function,
    })
}

fn read_signed_info(signed_info: Node<'_, '_>) -> Result<[Vec<u8>; 2], EvidenceError> {
    expect(signed_info, DSIG, "SignedInfo", &[])?;
    let [canonicalization, method, data, key] = children(signed_info)?;
    algorithm(canonicalization, "CanonicalizationMethod", C14N)?;
    algorithm(method, "SignatureMethod", RSA_SHA256)?;
    Ok([
        read_reference(data, &[("Type", BANKID), ("URI", "#bidSignedData")])?,
        read_reference(key, &[("URI", "#bidKeyInfo")])?,
    ])
}

fn read_reference(reference: Node<'_, '_>, attributes: &[(&str, &str)]) -> Result<Vec<u8>, EvidenceError> {
    expect(reference, DSIG, "Reference", attributes)?;
    let [transforms, method, value] = children(reference)?;
    expect(transforms, DSIG, "Transforms", &[])?;
    let [transform] = children(transforms)?;
    algorithm(transform, "Transform", C14N)?;
    algorithm(method, "DigestMethod", SHA256_URI)?;
    base64_of(expect(value, DSIG, "DigestValue", &[])?)
}

fn read_certificates(key_info: Node<'_, '_>) -> Result<Vec<Vec<u8>>, EvidenceError> {
    let [data] = children(key_info)?;
    expect(data, DSIG, "X509Data", &[])?;
    let certificates = elements(data)?;
    if certificates.is_empty() || certificates.len() > 5 {
        return Err(EvidenceError::Structure("X509Certificate"));
    }
    certificates
        .into_iter()
        .map(|node| base64_of(expect(node, DSIG, "X509Certificate", &[])?))
        .collect()
}

/// Visible data, hidden data and function of `bankIdSignedData`.
fn read_signed_data(signed_data: Node<'_, '_>) -> Result<(Vec<u8>, Vec<u8>, String), EvidenceError> {
    let [visible, hidden, server, client] = children(signed_data)?;
    let visible_attributes = [("charset", "UTF-8"), ("visible", "wysiwys")];
    let visible = expect(visible, BANKID, "usrVisibleData", &visible_attributes)?;
    let hidden = expect(hidden, BANKID, "usrNonVisibleData", &[])?;
    expect(server, BANKID, "srvInfo", &[])?;
    let function = elements(expect(client, BANKID, "clientInfo", &[])?)?
        .first()
        .copied();
    let function = expect(
        function.ok_or(EvidenceError::Structure("funcId"))?,
        BANKID,
        "funcId",
        &[],
    )?;
    Ok((
        base64_of(visible)?,
        base64_of(hidden)?,
        function.text().unwrap_or_default().to_owned(),
    ))
}

/// No prefixes anywhere, no attribute in a namespace, and every `Id` once.
fn check_names(root: Node<'_, '_>) -> Result<(), EvidenceError> {
    let source = root.document().input_text();
    let mut ids = HashSet::new();
    for node in root.descendants().filter(Node::is_element) {
        let written = &source[node.range()][1..];
        let plain = written.starts_with(node.tag_name().name());
        let plain_attributes = node.attributes().all(|attribute| attribute.namespace().is_none());
        let prefixed = node
            .namespaces()
            .any(|namespace| namespace.name().is_some_and(|name| name != "xml"));
        if !plain || !plain_attributes || prefixed {
            return Err(EvidenceError::ForbiddenXml);
        }
        if node.attribute("Id").is_some_and(|id| !ids.insert(id)) {
            return Err(EvidenceError::Structure("Id"));
        }
    }
    Ok(())
}

fn expect<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &str,
    name: &'static str,
    attributes: &[(&str, &str)],
) -> Result<Node<'a, 'i>, EvidenceError> {
    let named = node.tag_name().name() == name && node.tag_name().namespace() == Some(namespace);
    let has_all = attributes
        .iter()
        .all(|(key, value)| node.attribute(*key) == Some(value));
    if named && has_all && node.attributes().len() == attributes.len() {
        Ok(node)
    } else {
        Err(EvidenceError::Structure(name))
    }
}

fn algorithm(node: Node<'_, '_>, name: &'static str, uri: &str) -> Result<(), EvidenceError> {
    let named = node.tag_name().name() == name && node.tag_name().namespace() == Some(DSIG);
    if !named || node.has_children() || node.attributes().len() != 1 {
        return Err(EvidenceError::Structure(name));
    }
    if node.attribute("Algorithm") == Some(uri) {
        Ok(())
    } else {
        Err(EvidenceError::Algorithm)
    }
}

/// The child elements; text between them is refused.
fn elements<'a, 'i>(node: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, EvidenceError> {
    let children: Vec<_> = node.children().collect();
    if children.iter().all(Node::is_element) {
        Ok(children)
    } else {
        Err(EvidenceError::Structure("text"))
    }
}

fn children<'a, 'i, const N: usize>(node: Node<'a, 'i>) -> Result<[Node<'a, 'i>; N], EvidenceError> {
    elements(node)?
        .try_into()
        .map_err(|_| EvidenceError::Structure("children"))
}

/// The base64 content of an element that holds text only.
fn base64_of(node: Node<'_, '_>) -> Result<Vec<u8>, EvidenceError> {
    if node.children().any(|child| !child.is_text()) {
        return Err(EvidenceError::Structure("base64"));
    }
    let text: String = node.text().unwrap_or_default().split_ascii_whitespace().collect();
    STANDARD.decode(text).map_err(|_| EvidenceError::Unreadable)
}
