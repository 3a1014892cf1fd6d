//! The signed document: XMLDSig over what the person saw. Every element is written in its canonical form, so
//! digests are taken over the text itself; only the namespace an element inherits is added for them.

use anyhow::Result;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::SigningKey;
use rustls_pki_types::CertificateDer;

use crate::api::requests::TextFormat;
use crate::pki::issue::Stored;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const BANKID: &str = "http://www.bankid.com/signature/v1.0.0/types";
const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const CLIENT_VERSION: &str = "7.47.0";

/// What goes into the signed part.
pub struct Statement<'a> {
    /// Base64 as the RP sent it.
    pub visible: Option<&'a str>,
    pub hidden: Option<&'a str>,
    pub format: Option<TextFormat>,
    pub is_signature: bool,
    pub rp_subject: &'a str,
    pub rp_display_name: &'a str,
    pub nonce: [u8; 20],
    pub uhi: &'a str,
    /// Requirements of the order: type and value, both plain tokens.
    pub conditions: Vec<(&'static str, String)>,
}

/// The whole document, signed with the leaf's key; `issuers` follow the leaf in the document, without the root.
pub fn sign(
    statement: &Statement<'_>,
    leaf: &Stored,
    issuers: &[&CertificateDer<'static>],
) -> Result<String> {
    let data = signed_data(statement);
    let certificates = key_info(leaf, issuers);
    let in_dsig = |element: &str| element.replacen('>', &format!(" xmlns=\"{DSIG}\">"), 1);
    let key_info_digest =
        sha256(&certificates.replacen("<KeyInfo ", &format!("<KeyInfo xmlns=\"{DSIG}\" "), 1));
    let info = signed_info(&sha256(&data), &key_info_digest);
    let signature = STANDARD.encode(leaf.key.sign(in_dsig(&info).as_bytes())?);
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\
         <Signature xmlns=\"{DSIG}\">{info}<SignatureValue>{signature}</SignatureValue>{certificates}\
         <Object>{data}</Object></Signature>"
    ))
}

fn signed_info(data_digest: &str, key_info_digest: &str) -> String {
    format!(
        "<SignedInfo><CanonicalizationMethod Algorithm=\"{C14N}\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"{RSA_SHA256}\"></SignatureMethod>{}{}</SignedInfo>",
        reference(&format!("Type=\"{BANKID}\" URI=\"#bidSignedData\""), data_digest),
        reference("URI=\"#bidKeyInfo\"", key_info_digest),
    )
}

fn reference(attributes: &str, digest: &str) -> String {
    format!(
        "<Reference {attributes}><Transforms><Transform Algorithm=\"{C14N}\"></Transform></Transforms>\
         <DigestMethod Algorithm=\"{SHA256}\"></DigestMethod><DigestValue>{digest}</DigestValue></Reference>"
    )
}

fn key_info(leaf: &Stored, issuers: &[&CertificateDer<'static>]) -> String {
    let chain = std::iter::once(&leaf.certificate).chain(issuers.iter().copied());
    let mut certificates = String::new();
    for certificate in chain {
        certificates += &[
            "<X509Certificate>",
            &STANDARD.encode(certificate),
            "</X509Certificate>",
        ]
        .concat();
    }
    format!("<KeyInfo Id=\"bidKeyInfo\"><X509Data>{certificates}</X509Data></KeyInfo>")
}

fn signed_data(statement: &Statement<'_>) -> String {
    let texts = [visible(statement), hidden(statement)].concat();
    let server = format!(
        "<srvInfo><name>{}</name><nonce>{}</nonce><displayName>{}</displayName></srvInfo>",
        STANDARD.encode(statement.rp_subject),
        STANDARD.encode(statement.nonce),
        STANDARD.encode(statement.rp_display_name),
    );
    format!(
        "<bankIdSignedData xmlns=\"{BANKID}\" Id=\"bidSignedData\">{texts}{server}{}</bankIdSignedData>",
        client(statement)
    )
}

fn visible(statement: &Statement<'_>) -> String {
    let Some(text) = statement.visible else {
        return String::new();
    };
    let format = match statement.format {
        Some(TextFormat::SimpleMarkdown) => " format=\"simpleMarkdownV1\"",
        Some(TextFormat::Plain) | None => "",
    };
    format!("<usrVisibleData charset=\"UTF-8\"{format} visible=\"wysiwys\">{text}</usrVisibleData>")
}

fn hidden(statement: &Statement<'_>) -> String {
    let element = |data| format!("<usrNonVisibleData>{data}</usrNonVisibleData>");
    statement.hidden.map(element).unwrap_or_default()
}

fn client(statement: &Statement<'_>) -> String {
    let function = if statement.is_signature {
        "Signing"
    } else {
        "Identification"
    };
    let condition = |(kind, value): &(&str, String)| {
        format!("<condition><type>{kind}</type><value>{value}</value></condition>")
    };
    let conditions: String = statement.conditions.iter().map(condition).collect();
    format!(
        "<clientInfo><funcId>{function}</funcId><version>{}</version><env><ai><type>{}</type>\
         <deviceInfo>{}</deviceInfo><uhi>{}</uhi><fsib>0</fsib><utb>cs1</utb>\
         <requirement>{conditions}</requirement><uauth>pw</uauth></ai></env></clientInfo>",
        STANDARD.encode(CLIENT_VERSION),
        STANDARD.encode("ANDROID"),
        STANDARD.encode("15"),
        statement.uhi,
    )
}

fn sha256(text: &str) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}
