//! Canonical XML 1.0 of one element (without comments), for documents without prefixes, as BankID writes them.

use std::fmt::Write as _;

use roxmltree::Node;

/// The canonical text of an element and everything in it, with the namespace it inherits.
pub fn canonical(element: Node<'_, '_>) -> String {
    let mut out = String::new();
    write_element(element, None, &mut out);
    out
}

fn write_element(element: Node<'_, '_>, outer: Option<&str>, out: &mut String) {
    let name = element.tag_name().name();
    let namespace = element.tag_name().namespace();
    let _ = write!(out, "<{name}");
    if namespace != outer {
        let _ = write!(out, " xmlns=\"{}\"", escaped(namespace.unwrap_or_default(), true));
    }
    let mut attributes: Vec<_> = element.attributes().collect();
    attributes.sort_by_key(|attribute| attribute.name().to_owned());
    for attribute in attributes {
        let _ = write!(
            out,
            " {}=\"{}\"",
            attribute.name(),
            escaped(attribute.value(), true)
        );
    }
    out.push('>');
    for child in element.children() {
        if child.is_element() {
            write_element(child, namespace, out);
        } else if let Some(text) = child.text() {
            out.push_str(&escaped(text, false));
        }
    }
    let _ = write!(out, "</{name}>");
}

fn escaped(text: &str, in_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' if !in_attribute => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\t' if in_attribute => out.push_str("&#x9;"),
            '\n' if in_attribute => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
    out
}
