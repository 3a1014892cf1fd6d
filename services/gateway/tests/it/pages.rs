//! The web client's files, where there are any.

use crate::stand::{INDEX, Stand};

#[tokio::test]
async fn pages_have_their_own_policy_and_are_not_behind_the_suppliers_door() {
    let stand = Stand::new().await;

    let page = stand.browser().get("/inbox").await;
    let elsewhere = stand
        .supplier(&stand.authority.client("a supplier").unwrap())
        .get("/inbox")
        .await;

    assert_eq!(page.status, 200);
    assert_eq!(page.body, INDEX);
    assert_eq!(page.headers["cache-control"], "no-cache");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(elsewhere.status, 404);
}
